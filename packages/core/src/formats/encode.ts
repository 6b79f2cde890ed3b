import { Field, type FieldSource } from "../checks/field.ts";
import { checkPreprocessing } from "../columns/check-preprocessing.ts";
import { checkMembers, describeMembers } from "./members.ts";
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
 * Encodes a model as the bytes of a safetensors file, see model.ts.
 * @throws InputError naming the field that decodeModel would reject
 */
export function encodeModel(model: Model): Uint8Array {
  const { network, members } = model;
  const { layers, activation } = network;
  const source = { where: "model", remedy: "see Model for what is wanted" };
  const field = new Field(source, model);
  const { format, ...answers } = answersOf(model, field, source);
  const preprocessing = checkPreprocessing(field.at("preprocessing"), layers[0]);
  const label = field.at("label");
  if (members !== undefined) checkMembers(source, members, network);
  const networks = members?.map((member) => member.network) ?? [network];
  const values = networks.flatMap(({ W, b }) => W.slice(1).flatMap((weights, l) => [weights, b[l + 1]]));
  const shapes = tensorShapes(networks.map((each) => each.layers));
  const tensors = Array.from(shapes, ([name, shape], i) => ({ name, shape, values: values[i] }));
  for (const { name, values } of tensors) requireFiniteWeights(source, values, name);

  const metadata: Record<string, string> = {
    format,
    ...(members === undefined ? { layers: JSON.stringify(layers), activation } : { members: describeMembers(members) }),
    ...answers,
    preprocessing: JSON.stringify(preprocessing),
    ...(label.value === undefined ? {} : { label: label.string() }),
  };
  metadata["crc32"] = checksum(metadata, networks);
  return encodeSafetensors(metadata, tensors);
}

/** The format, and its metadata for the outputs. */
function answersOf(
  model: Model,
  field: Field,
  source: FieldSource,
): { readonly format: string } & Record<string, string> {
  const { network } = model;
  const task = taskOf(model);
  if (network.output === "softmax" && task.kind === "classes" && model.members === undefined) {
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
