/** Converts dense layers of a file to a network's parameters. */
import { excerpt, MOST_CLASSES, MOST_PARAMETERS, MOST_UNITS, parameterCount } from "@scratch-nn/core/engine";
import { type ArrayFile, describeShape, type NamedArray, placeOf } from "../named-array.ts";
import type { DenseLayer, Layout } from "./name-layers.ts";
import { endsOf } from "./order-layers.ts";

/** A network's layer sizes and parameters, and notes about the conversion. */
export interface ImportedWeights {
  /** n[0] .. n[L]. */
  readonly layers: readonly number[];
  /** W1, b1, W2, b2, ...: [parameterCount(layers)]. */
  readonly parameters: Float32Array;
  readonly notes: readonly string[];
}

const WRONG_WAY = "where weights lie the other way round, pass --layout";

/**
 * Converts ordered layers.
 * @throws InputError naming an array that is not a matrix, does not fit the one before, or has a number that is not
 *   finite
 */
export function weightsOf(
  file: ArrayFile,
  ordered: readonly DenseLayer[],
  wanted: Layout | undefined,
): ImportedWeights {
  const layers = sizesOf(file, ordered, wanted);
  const notes: string[] = [];
  const parameters = new Float32Array(parameterCount(layers));
  let at = 0;
  for (const [l, layer] of ordered.entries()) {
    const [inputs, units] = [layers[l], layers[l + 1]];
    const isPyTorch = (wanted ?? layer.layout) === "pytorch";
    const values = finiteNumbers(file, layer.weight);
    for (let u = 0; u < units; u++) {
      for (let i = 0; i < inputs; i++) parameters[at++] = values[isPyTorch ? u * inputs + i : i * units + u];
    }
    if (layer.bias !== undefined) parameters.set(finiteNumbers(file, layer.bias), at);
    at += units;
  }
  const biasless = ordered.filter(({ bias }) => bias === undefined).map(({ name }) => excerpt(name));
  if (biasless.length > 0) notes.push(`no bias: ${listOf(biasless)}; zeros are taken`);
  const arrays = ordered.flatMap(({ weight, bias }) => [weight, ...(bias ? [bias] : [])]);
  const rounded = arrays.filter(({ type }) => /^(F64|[<>]f8)$/.test(type)).map(({ name }) => excerpt(name));
  if (rounded.length > 0) notes.push(`64-bit numbers: ${listOf(rounded)}; they are rounded to 32 bits`);
  return { layers, parameters, notes };
}

/** Lists the first six names. */
export const listOf = (names: readonly string[]): string =>
  `${names.slice(0, 6).join(", ")}${names.length > 6 ? `, ... (${names.length} of them)` : ""}`;

function sizesOf(file: ArrayFile, ordered: readonly DenseLayer[], wanted: Layout | undefined): number[] {
  const layers: number[] = [];
  for (const [l, layer] of ordered.entries()) {
    const { weight, bias } = layer;
    const place = (array: NamedArray, remedy?: string) => placeOf(file, array.name, remedy);
    if (weight.shape.length !== 2) {
      const remedy = "only Linear and Dense layers are taken, no convolutions, norms or embeddings";
      place(weight, remedy).fail("a matrix, the weight of a dense layer", describeShape(weight.shape));
    }
    const [inputs, units] = endsOf(layer, wanted);
    const most = l === ordered.length - 1 ? MOST_CLASSES : MOST_UNITS;
    if (inputs < 1 || units < 1 || inputs > MOST_UNITS || units > most) {
      place(weight).fail(`from 1 to ${MOST_UNITS} inputs, and to ${most} outputs`, describeShape(weight.shape));
    }
    if (l === 0) layers.push(inputs);
    else if (inputs !== layers[l]) {
      const before = ordered[l - 1].weight.name;
      const expected = `${layers[l]} inputs, as many as ${excerpt(before)} has outputs`;
      const remedy = `${WRONG_WAY}; where the order is another, --layers`;
      place(weight, remedy).fail(expected, `${inputs}, of ${describeShape(weight.shape)}`);
    }
    layers.push(units);
    if (bias !== undefined && !isBiasOf(bias.shape, units)) {
      place(bias, WRONG_WAY).fail(
        `a bias for the ${units} outputs of ${excerpt(weight.name)}`,
        describeShape(bias.shape),
      );
    }
  }
  if (parameterCount(layers) > MOST_PARAMETERS) {
    placeOf(file, ordered[0].weight.name).fail(`at most ${MOST_PARAMETERS} weights`, `${parameterCount(layers)}`);
  }
  return layers;
}

/** Whether a shape is that of a layer's bias. A matrix of one row or one column is accepted too. */
function isBiasOf(shape: readonly number[], units: number): boolean {
  const [first, second] = shape;
  if (shape.length === 1) return first === units;
  return shape.length === 2 && Math.min(first, second) === 1 && first * second === units;
}

/** Reads an array as f32. @throws InputError naming the array and the place of a number that is not finite in f32 */
export function finiteNumbers(file: ArrayFile, array: NamedArray): Float32Array {
  const values = array.read();
  const floats = values instanceof Float32Array ? values : Float32Array.from(values);
  const bad = floats.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const remedy = "where the training went wrong, take an earlier checkpoint";
    const place = placeOf({ where: file.where }, array.name, remedy);
    place.fail("finite numbers of 32 bits", `${values[bad]} at ${describePlace(array.shape, bad)}`);
  }
  return floats;
}

/** The place of an element, as an index for each dimension of a matrix. */
function describePlace(shape: readonly number[], at: number): string {
  if (shape.length !== 2) return `[${at}]`;
  return `[${Math.floor(at / shape[1])}, ${at % shape[1]}]`;
}
