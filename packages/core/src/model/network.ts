/**
 * The network of the notes: layers of units, one column per example.
 *
 *   L        number of layers with parameters; layer 0 is the data
 *   n[l]     units of layer l (n[0] inputs, n[L] classes, or other outputs: see output.ts)
 *   W[l]     weights  [n[l], n[l-1]], row after row
 *   b[l]     biases   [n[l]]
 *   C        columns at hand: examples of a tile, a shard or a batch
 *   Z[l]     W[l] A[l-1] + b[l]   [n[l], C], column after column
 *   A[l]     g(Z[l]), A[0] = X    [n[l], C], column after column
 */
import { typedArrayName } from "../checks/arrays.ts";
import { InputError, requireChoice, requireInteger } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import { fewestOutputs, type Output, requireOutput } from "./output.ts";

/**
 * The table of activations, to which nothing else adds names: by name, what the derivative g' follows from. A = g(Z)
 * tells it of most, and takes the place of Z; three have values of Z for the same A, so that their Z is kept.
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
/** The function g of the hidden layers; the last layer has an {@link Output}, by default a softmax. */
export type Activation = keyof typeof DERIVATIVE_FOLLOWS_FROM;
export const ACTIVATIONS = Object.keys(DERIVATIVE_FOLLOWS_FROM) as readonly Activation[];

/** Whether a layer's Z is kept for the backward pass, beside A. */
export const keepsZ = (activation: Activation): boolean => DERIVATIVE_FOLLOWS_FROM[activation] === "Z";

/** Views on one flat buffer: W1, b1, W2, b2, ... in that order. Index 0 is empty, so that W[1] is the notes' W1. */
export interface ParameterViews {
  /** Everything, [parameterCount]. */
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
  /** What the last layer makes of Z[L]. */
  readonly output: Output;
}

export const MOST_UNITS = 1 << 24;
export const MOST_CLASSES = 65536;
/** 16 GiB of them: what one array of numbers holds in every version of V8 that runs this. */
export const MOST_PARAMETERS = 2 ** 32;

/** The number of weights and biases of a network with these layers. */
export function parameterCount(layers: readonly number[]): number {
  let count = 0;
  for (let l = 1; l < layers.length; l++) count += layers[l - 1] * layers[l] + layers[l];
  return count;
}

/**
 * Names the parts of a flat buffer: parameters, or a gradient, which has the same shape.
 * @param buffer [parameterCount(layers)]
 */
export function viewParameters(layers: readonly number[], buffer: Float32Array): ParameterViews {
  return viewParts(
    buffer,
    layers.slice(1).map((units, i) => [units * layers[i], units]),
  );
}

/**
 * Names the parts of a buffer that holds W1, b1, W2, b2, ... one after another.
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
 * A network on parameters that exist already, in memory of the caller's choice.
 * @param parameters [parameterCount(layers)], used as it is, not copied
 * @throws InputError when a layer is not a whole number above 0, fewer than two classes are
 *   asked for, or the buffer has another length
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

/** The same network with other parameters. @param parameters [parameterCount], used as they are, not copied */
export function withParameters(network: Network, parameters: Float32Array): Network {
  return { ...network, ...viewParameters(network.layers, parameters) };
}

/** @throws InputError unless it is what createNetwork, networkOf or decodeModel gave, or another object like it */
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

/** @throws InputError when a layer is not a whole number above 0, or fewer than two classes are asked for */
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
