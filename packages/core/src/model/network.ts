/**
 * The network of the notes: layers of units, one column per example.
 *
 *   L        number of layers with parameters; layer 0 is the data
 *   n[l]     units of layer l (n[0] inputs, n[L] classes, or other outputs: see output.ts)
 *   W[l]     weights  [n[l], n[l-1]], row after row
 *   b[l]     biases   [n[l]]
 *   C        number of columns: the examples of a tile, a shard or a batch
 *   Z[l]     W[l] A[l-1] + b[l]   [n[l], C], column after column
 *   A[l]     g(Z[l]), A[0] = X    [n[l], C], column after column
 */
import { typedArrayName } from "../checks/arrays.ts";
import { InputError, requireChoice, requireInteger } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import { fewestOutputs, type Output, requireOutput } from "./output.ts";

/**
 * The only table of activations: by name, the matrix that the derivative g' is computed from. For most activations g'
 * follows from A = g(Z), and A overwrites Z. For three of them, different values of Z give the same A, so Z is kept.
 */
export const DERIVATIVE_FOLLOWS_FROM = {
  relu: "A",
  sigmoid: "A",
  tanh: "A",
  "leaky-relu": "A",
  elu: "A",
  selu: "A",
  gelu: "Z",
  silu: "Z",
  mish: "Z",
  identity: "A",
} as const;
/** The activation function g of the hidden layers. The last layer has an {@link Output}, by default a softmax. */
export type Activation = keyof typeof DERIVATIVE_FOLLOWS_FROM;
export const ACTIVATIONS = Object.keys(DERIVATIVE_FOLLOWS_FROM) as readonly Activation[];

/** Whether a layer's Z is kept for the backward pass, beside A. */
export const keepsZ = (activation: Activation): boolean => DERIVATIVE_FOLLOWS_FROM[activation] === "Z";

/** Views on one flat buffer: W1, b1, W2, b2, ... in that order. Index 0 is empty, so W[1] is the notes' W1. */
export interface ParameterViews {
  /** All parameters, [parameterCount]. */
  readonly parameters: Float32Array;
  /** W[l]: [n[l], n[l-1]], row after row. */
  readonly W: readonly Float32Array[];
  /** b[l]: [n[l]]. */
  readonly b: readonly Float32Array[];
}

export interface Network extends ParameterViews {
  /** n[0] .. n[L]: inputs, hidden units, classes. */
  readonly layers: readonly number[];
  readonly activation: Activation;
  /** The output function of the last layer, applied to Z[L]. */
  readonly output: Output;
}

export const MOST_UNITS = 1 << 24;
export const MOST_CLASSES = 65536;
/** 16 GiB of them: the largest array of numbers in every supported version of V8. */
export const MOST_PARAMETERS = 2 ** 32;

/** The number of weights and biases of a network with these layers. */
export function parameterCount(layers: readonly number[]): number {
  let count = 0;
  for (let l = 1; l < layers.length; l++) count += layers[l - 1] * layers[l] + layers[l];
  return count;
}

/**
 * Creates views of the parts of a flat buffer that holds parameters, or a gradient of the same shape.
 * @param buffer [parameterCount(layers)]
 */
export function viewParameters(layers: readonly number[], buffer: Float32Array): ParameterViews {
  return viewParts(
    buffer,
    layers.slice(1).map((units, i) => [units * layers[i], units]),
  );
}

/**
 * Creates views of the parts of a buffer that holds W1, b1, W2, b2, ... in sequence.
 * @param lengths of W[l] and b[l], for l from 1
 */
export function viewParts(buffer: Float32Array, lengths: readonly (readonly [W: number, b: number])[]): ParameterViews {
  const W: Float32Array[] = [new Float32Array(0)];
  const b: Float32Array[] = [new Float32Array(0)];
  let offset = 0;
  const take = (length: number): Float32Array => {
    offset += length;
    return buffer.subarray(offset - length, offset);
  };
  for (const [weights, biases] of lengths) {
    W.push(take(weights));
    b.push(take(biases));
  }
  return { parameters: buffer, W, b };
}

/**
 * Creates a network on existing parameters, in memory that the caller chooses.
 * @param parameters [parameterCount(layers)], used in place, not copied
 * @throws InputError when a layer is not a whole number above 0, there are fewer than two classes, or the buffer has
 *   another length
 */
export function networkOf(
  layers: readonly number[],
  activation: Activation,
  parameters: Float32Array,
  output: Output = "softmax",
): Network {
  const checked = checkLayers(layers, requireOutput(output));
  requireChoice("activation", activation, ACTIVATIONS);
  const isFloats = typedArrayName(parameters) === "Float32Array";
  if (!isFloats || parameters.length !== parameterCount(checked)) {
    throw new InputError({
      where: "parameters",
      expected: `a Float32Array of ${parameterCount(checked)} numbers for layers ${checked.join("-")}`,
      found: isFloats ? String(parameters.length) : describeValue(parameters),
      remedy: "pass a buffer of that length",
    });
  }
  return { layers: checked, activation, output, ...viewParameters(checked, parameters) };
}

/** Returns the same network with other parameters. @param parameters [parameterCount], used in place, not copied */
export function withParameters(network: Network, parameters: Float32Array): Network {
  return { ...network, ...viewParameters(network.layers, parameters) };
}

/** @throws InputError unless the value is a network, as createNetwork, networkOf or decodeModel return */
export function requireNetwork(network: Network): void {
  const { layers, parameters, output } = network ?? {};
  if (Array.isArray(layers) && typedArrayName(parameters) === "Float32Array") {
    requireOutput(output as Output);
    return;
  }
  throw new InputError({
    where: "network",
    expected: "a network",
    found: describeValue(network),
    remedy: "pass what createNetwork, networkOf or decodeModel gave",
  });
}

/** @throws InputError when a layer is not a whole number above 0, or there are fewer than two classes */
export function checkLayers(layers: readonly number[], output: Output): number[] {
  if (!Array.isArray(layers) || layers.length < 2) {
    throw new InputError({
      where: "layers",
      expected: "at least two sizes, inputs and classes",
      found: Array.isArray(layers) ? `[${layers.map(describeValue).join(", ")}]` : describeValue(layers),
      remedy: "pass for example [784, 10, 10]",
    });
  }
  return Array.from(layers, (units, l) => {
    const isLast = l === layers.length - 1;
    return requireInteger(
      `layers[${l}]`,
      units,
      isLast ? fewestOutputs(output) : 1,
      isLast ? MOST_CLASSES : MOST_UNITS,
    );
  });
}
