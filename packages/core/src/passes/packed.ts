/** A network packed into the layout of the kernels, in an arena. The passes and the update work on it. */
import type { Arena } from "../kernels/arena.ts";
import type { KernelLayout, Kernels, LayerShape, PackedLayer } from "../kernels/kernels.ts";
import type { OutputLayer } from "../losses/output-layer.ts";
import { outputLayerOf } from "../losses/output-layer-of.ts";
import type { LossSettings } from "../losses/settings.ts";
import { type Activation, keepsZ, type Network, type ParameterViews, viewParts } from "../model/network.ts";
import type { Output } from "../model/output.ts";

/** With fewer units than this in the first layer, a vector of units would be half empty. */
const FEW_UNITS = 16;

/** Sums over examples, m dW[l] and m db[l], in the layout of the parameters. */
export type PackedSums = ParameterViews;

/** The properties of a network that determine the memory and the work of the passes. */
export interface PassesShape extends Pick<Network, "layers" | "activation"> {
  /** Default softmax. */
  readonly output?: Output;
  /** Default: that of the output. */
  readonly loss?: LossSettings;
  /** Whether the run uses dropout. If so, g(Z) is kept beside A. Default false. */
  readonly dropout?: boolean;
}

export interface PackedNetwork extends ParameterViews {
  readonly activation: Activation;
  /** n[0] .. n[L] */
  readonly layers: readonly number[];
  /** The output function of the last layer and its loss; undefined for the notes' softmax with cross-entropy. */
  readonly output: OutputLayer | undefined;
  /** The layers 1 .. L; index 0 is a placeholder for the data. */
  readonly packed: readonly PackedLayer[];
  /** [1]: 1 if all parameters are known to be finite. */
  readonly finite: Uint8Array;
}

/** The shapes of layers 1 .. L; index 0 is a placeholder for the data. */
export function layerShapes(layers: readonly number[]): LayerShape[] {
  return layers.map((units, l) => ({
    units,
    inputs: l === 0 ? 0 : layers[l - 1],
    first: l === 1,
    byLanes: l === 1 && units < FEW_UNITS,
  }));
}

/** The lengths of W[l] and b[l] in that layout, for l from 1. */
function partLengths(layers: readonly number[], layout: KernelLayout): [W: number, b: number][] {
  return layerShapes(layers)
    .slice(1)
    .map((shape) => [layout.weightsLength(shape), layout.biasLength(shape.units)]);
}

/** The length of all parameters of a network, or of its sums, in that layout. */
export function packedLength(layers: readonly number[], layout: KernelLayout): number {
  return partLengths(layers, layout).reduce((sum, [W, b]) => sum + W + b, 0);
}

/**
 * Creates named views of parameters, or of sums, in such a layout.
 * @param numbers [packedLength]
 */
export function viewPacked(numbers: Float32Array, layers: readonly number[], layout: KernelLayout): ParameterViews {
  return viewParts(numbers, partLengths(layers, layout));
}

/** Allocates a network's parameters, their transposes and the flag for finite numbers. */
export function layOutNetwork(
  { layers, activation, output = "softmax", loss }: PassesShape,
  layout: KernelLayout,
  arena: Arena,
): PackedNetwork {
  const outputLayer = outputLayerOf(output, layers.at(-1)!, layout, loss);
  const views = viewPacked(arena.float32(packedLength(layers, layout)), layers, layout);
  const { W, b } = views;
  const finite = arena.uint8(1);
  const isHidden = (l: number): boolean => l < layers.length - 1;
  const packed = layerShapes(layers).map((shape, l) => ({
    shape,
    activation: isHidden(l) && !keepsZ(activation) ? activation : undefined,
    activationApart: isHidden(l) && keepsZ(activation) ? activation : undefined,
    inputActivation: l > 1 ? activation : undefined,
    W: W[l],
    b: b[l],
    transposedW: arena.float32(l > 1 ? layout.transposedLength(shape) : 0),
    finite,
  }));
  return { ...views, layers, activation, output: outputLayer, packed, finite };
}

/** Copies parameters, or optimiser state, into the kernels' layout. */
export function packParameters(
  from: ParameterViews,
  to: ParameterViews & Pick<PackedNetwork, "layers">,
  layout: KernelLayout,
): void {
  for (const [l, shape] of layerShapes(to.layers).entries()) {
    if (l === 0) continue;
    layout.packWeights(from.W[l], to.W[l], shape);
    to.b[l].fill(0);
    to.b[l].set(from.b[l]);
  }
}

/** Copies parameters, or sums, out of the kernels' layout. */
export function unpackParameters(
  from: ParameterViews,
  to: ParameterViews,
  layers: readonly number[],
  layout: KernelLayout,
): void {
  for (const [l, shape] of layerShapes(layers).entries()) {
    if (l === 0) continue;
    layout.unpackWeights(from.W[l], to.W[l], shape);
    to.b[l].set(from.b[l].subarray(0, shape.units));
  }
}

/** Recomputes what is derived from the parameters: the transposed weights, and whether all are finite. */
export function prepareWeights(network: PackedNetwork, layout: KernelLayout, kernels: Kernels): void {
  network.finite[0] = kernels.areFinite(network.parameters) ? 1 : 0;
  for (const layer of network.packed.slice(2)) kernels.transpose(layer, 0, panelsOf(layer.shape, layout));
}

/** The number of panels of W; each can be transposed independently. */
export function panelsOf(shape: LayerShape, layout: KernelLayout): number {
  return layout.weightsLength(shape) / layout.panelLength(shape);
}
