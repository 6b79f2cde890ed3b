import { bytesOf } from "../checks/arrays.ts";
import { Field } from "../checks/field.ts";
import { checkPreprocessing } from "../columns/check-preprocessing.ts";
import type { ColumnEncoder, Preprocessing } from "../columns/encoders.ts";
import { ACTIVATIONS, MOST_CLASSES, MOST_UNITS, networkOf, parameterCount } from "../model/network.ts";
import { fewestOutputs, OUTPUTS, type Output } from "../model/output.ts";
import { type MemberShape, parametersOf, readMembers } from "./members.ts";
import { checkClasses, checksum, FORMAT, FORMAT_3, type Model, requireFiniteWeights, tensorShapes } from "./model.ts";
import { readHeader, readTensors } from "./safetensors.ts";
import { checkTask } from "./task.ts";

const FORMAT_1 = "scratch-nn 1";

/**
 * Reads a file that encodeModel wrote. The bytes are untrusted: the file may come from anywhere.
 * @param where the name of the file, for errors
 * @throws InputError naming the field that is wrong, when the bytes are not such a file, or are truncated or damaged
 */
export function decodeModel(bytes: Uint8Array | ArrayBuffer, where = "model"): Model {
  const source = { where, remedy: "pass a model.safetensors that this program wrote" };
  const whole = new Field(source, bytes);
  const file = readHeader(source, bytesOf(bytes) ?? whole.fail("the bytes of a file, a Uint8Array or an ArrayBuffer"));
  const metadata = file.header.at("__metadata__");
  const format = metadata.at("format").oneOf([FORMAT, FORMAT_3, FORMAT_1]);
  const isCurrent = format !== FORMAT_1;
  const strings = Object.fromEntries(metadata.names().map((name) => [name, metadata.at(name).string()]));
  const output = format === FORMAT_3 ? metadata.at("output").oneOf(OUTPUTS) : "softmax";
  const names = file.header.names().length;
  const hasMembers = format === FORMAT_3 && metadata.at("members").value !== undefined;
  const shapes: readonly MemberShape[] = hasMembers
    ? readMembers(metadata.at("members").json(), names, (of) => checkLayers(of, names, output))
    : [
        {
          layers: checkLayers(metadata.at("layers").json(), names, output),
          activation: metadata.at("activation").oneOf(ACTIVATIONS),
        },
      ];
  const [{ layers }] = shapes;
  const answers =
    format === FORMAT_3
      ? readTask(metadata.at("task").json(), layers, output)
      : { classes: checkClasses(metadata.at("classes").json(), layers.at(-1)!) };
  const preprocessing = isCurrent
    ? checkPreprocessing(metadata.at("preprocessing").json(), layers[0])
    : fromScaling(metadata.at("scaling").json(), layers[0]);

  const count = parametersOf(shapes);
  if (file.data.length !== 4 * count) {
    whole.fail(`${4 * count} bytes of data, for the ${count} parameters of its layers`, `${file.data.length}`);
  }
  const tensors = tensorShapes(shapes.map((shape) => shape.layers));
  const tensorNames = [...tensors.keys()];
  const values = readTensors(file, tensors);
  for (const [i, numbers] of values.entries()) requireFiniteWeights(source, numbers, tensorNames[i]);
  const networks = shapes.map((shape) => {
    const parameters = new Float32Array(parameterCount(shape.layers));
    let at = 0;
    for (const numbers of values.splice(0, 2 * (shape.layers.length - 1))) {
      parameters.set(numbers, at);
      at += numbers.length;
    }
    return networkOf(shape.layers, shape.activation, parameters, output);
  });
  const { label, crc32 } = strings;
  if (crc32 !== undefined && crc32 !== checksum(strings, networks)) {
    metadata.at("crc32").fail(`the checksum ${checksum(strings, networks)} of what the file holds`);
  }
  return {
    network: networks[0],
    ...(hasMembers
      ? { members: networks.map((network, k) => ({ network, weight: Math.fround(shapes[k].weight!) })) }
      : {}),
    ...answers,
    preprocessing,
    label: isCurrent ? label : undefined,
  };
}

function readTask(field: Field, layers: readonly number[], output: Output): Pick<Model, "classes" | "task"> {
  const task = checkTask(field, { layers, output });
  return { classes: task.kind === "classes" ? task.classes : [], task };
}

/** @param names the number of names in the header: two tensors for each layer but the first, and the metadata */
function checkLayers(field: Field, names: number, output: Output): number[] {
  const size = field.size();
  if (size < 2) field.fail("two or more sizes, inputs and classes");
  if (size > names + 2) field.fail(`the sizes of the layers of ${names - 1} tensors`);
  return field.map((units, l) =>
    l === size - 1 ? units.whole(fewestOutputs(output), MOST_CLASSES) : units.whole(1, MOST_UNITS),
  );
}

/** Converts the scaling of format 1: a factor for all features, or the mean and deviation of each. */
function fromScaling(field: Field, inputs: number): Preprocessing {
  const columns = Array.from({ length: inputs }, (_, i) => String(i + 1));
  if (field.at("kind").oneOf(["factor", "standard"]) === "factor") {
    const pixels: ColumnEncoder = { kind: "pixels", column: 0, count: inputs, factor: field.at("factor").factor() };
    return { columns, named: false, encoders: [pixels] };
  }
  for (const list of [field.at("mean"), field.at("deviation")]) {
    if (list.size() !== inputs) field.fail(`mean and deviation of ${inputs} inputs`, `those of ${list.size()}`);
  }
  const mean = field.at("mean").map((item) => item.number());
  const deviation = field.at("deviation").map((item) => item.positive());
  const encoders = columns.map((_, column): ColumnEncoder => {
    const center = mean[column];
    const spread = deviation[column];
    return { kind: "number", column, center, spread, clips: false, fill: center, marksMissing: false };
  });
  return { columns, named: false, encoders };
}
