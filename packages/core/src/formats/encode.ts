import { Field, type FieldSource } from "../checks/field.ts";
import { checkPreprocessing } from "../columns/check-preprocessing.ts";
import {
  checkClasses,
  checksum,
  FORMAT,
  FORMAT_3,
  type Model,
  requireFiniteWeights,
  taskOf,
  tensorShapes,
} from "./model.ts";
import { encodeSafetensors } from "./safetensors.ts";
import { checkTask } from "./task.ts";

/**
 * @returns the bytes of a safetensors file, see model.ts
 * @throws InputError naming the field that decodeModel would refuse
 */
export function encodeModel(model: Model): Uint8Array {
  const { layers, activation, parameters, W, b } = model.network;
  const source = { where: "model", remedy: "see Model for what is wanted" };
  const field = new Field(source, model);
  const { format, ...answers } = answersOf(model, field, source);
  const preprocessing = checkPreprocessing(field.at("preprocessing"), layers[0]);
  const label = field.at("label");
  const tensors = Array.from(tensorShapes(layers), ([name, shape], i) => {
    const l = 1 + Math.floor(i / 2);
    return { name, shape, values: name.startsWith("W") ? W[l] : b[l] };
  });
  for (const { name, values } of tensors) requireFiniteWeights(source, values, name);

  const metadata: Record<string, string> = {
    format,
    layers: JSON.stringify(layers),
    activation,
    ...answers,
    preprocessing: JSON.stringify(preprocessing),
    ...(label.value === undefined ? {} : { label: label.string() }),
  };
  metadata["crc32"] = checksum(metadata, parameters);
  return encodeSafetensors(metadata, tensors);
}

/** Which format, and what it says of the outputs. */
function answersOf(
  model: Model,
  field: Field,
  source: FieldSource,
): { readonly format: string } & Record<string, string> {
  const { network } = model;
  const task = taskOf(model);
  if (network.output === "softmax" && task.kind === "classes") {
    const classes = checkClasses(
      model.task === undefined ? field.at("classes") : new Field(source, task.classes, "task.classes"),
      network.layers.at(-1)!,
    );
    return { format: FORMAT, classes: JSON.stringify(classes) };
  }
  return {
    format: FORMAT_3,
    output: network.output,
    task: JSON.stringify(checkTask(new Field(source, task, "task"), network)),
  };
}
