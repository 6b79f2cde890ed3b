import { Field } from "../checks/field.ts";
import { checkPreprocessing } from "../columns/check-preprocessing.ts";
import { checkClasses, checksum, FORMAT, type Model, requireFiniteWeights, tensorShapes } from "./model.ts";
import { encodeSafetensors } from "./safetensors.ts";

/**
 * @returns the bytes of a safetensors file, see model.ts
 * @throws InputError naming the field that decodeModel would refuse
 */
export function encodeModel(model: Model): Uint8Array {
  const { layers, activation, parameters, W, b } = model.network;
  const source = { where: "model", remedy: "see Model for what is wanted" };
  const field = new Field(source, model);
  const classes = checkClasses(field.at("classes"), layers.at(-1)!);
  const preprocessing = checkPreprocessing(field.at("preprocessing"), layers[0]);
  const label = field.at("label");
  const tensors = Array.from(tensorShapes(layers), ([name, shape], i) => {
    const l = 1 + Math.floor(i / 2);
    return { name, shape, values: name.startsWith("W") ? W[l] : b[l] };
  });
  for (const { name, values } of tensors) requireFiniteWeights(source, values, name);

  const metadata: Record<string, string> = {
    format: FORMAT,
    layers: JSON.stringify(layers),
    activation,
    classes: JSON.stringify(classes),
    preprocessing: JSON.stringify(preprocessing),
    ...(label.value === undefined ? {} : { label: label.string() }),
  };
  metadata["crc32"] = checksum(metadata, parameters);
  return encodeSafetensors(metadata, tensors);
}
