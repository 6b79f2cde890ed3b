/** A network in the layout of some kernels, in an arena: what forward, backward and update work on. */
import type { Arena } from "../kernels/arena.ts";
import type { KernelLayout, Kernels, LayerShape, PackedLayer } from "../kernels/kernels.ts";
import { type Activation, type Network, type ParameterViews, viewParts } from "../model/network.ts";

/** A first layer of fewer units than this would leave a vector of units half empty. */
const FEW_UNITS = 16;

export interface PackedNetwork extends ParameterViews {
  readonly activation: Activation;
  /** n[0] .. n[L] */
  readonly layers: readonly number[];
  /** The layers 1 .. L; index 0 stands for the data. */
  readonly packed: readonly PackedLayer[];
}

/** The shapes of layers 1 .. L; index 0 stands for the data. */
export function layerShapes(layers: readonly number[]): LayerShape[] {
  return layers.map((units, l) => ({
    units,
    inputs: l === 0 ? 0 : layers[l - 1],
    first: l === 1,
    byLanes: l === 1 && units < FEW_UNITS,
  }));
}

/**
 * Room for parameters, or for sums of gradients, in that layout: its parts, named like viewParameters.
 * @param lengthOfW of the numbers that W[l] takes
 */
export function layOutParts(
  layers: readonly number[],
  layout: KernelLayout,
  lengthOfW: (shape: LayerShape) => number,
  arena: Arena,
): ParameterViews {
  const shapes = layerShapes(layers).slice(1);
  const lengths = shapes.map((shape): [W: number, b: number] => [lengthOfW(shape), layout.biasLength(shape.units)]);
  return viewParts(arena.float32(lengths.reduce((sum, [W, b]) => sum + W + b, 0)), lengths);
}

/** Room for a network's parameters, and for what the passes want of them besides. */
export function layOutNetwork(
  { layers, activation }: Pick<Network, "layers" | "activation">,
  layout: KernelLayout,
  arena: Arena,
): PackedNetwork {
  const views = layOutParts(layers, layout, layout.weightsLength, arena);
  const { W, b } = views;
  const packed = layerShapes(layers).map((shape, l) => ({
    shape,
    activation: l < layers.length - 1 ? activation : undefined,
    W: W[l],
    b: b[l],
    scaledW: l === 1 ? arena.float32(layout.scaledLength(shape)) : W[l],
    transposedW: arena.float32(l > 1 ? layout.transposedLength(shape) : 0),
  }));
  return { ...views, layers, activation, packed };
}

/** Copies a network's parameters into kernels' layout. */
export function packParameters(from: ParameterViews, to: PackedNetwork, layout: KernelLayout): void {
  for (const [l, { shape, W, b }] of to.packed.entries()) {
    if (l === 0) continue;
    layout.packWeights(from.W[l], W, shape);
    b.fill(0);
    b.set(from.b[l]);
  }
}

/** Copies parameters out of kernels' layout. */
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

/**
 * Brings up to date what follows from the weights: W[1] times the scale of the features, since
 * (scale W1) X = W1 (scale X) lets pixels stay bytes; and the transposed weights.
 * @param scale an f32
 */
export function prepareWeights({ packed }: PackedNetwork, scale: number, kernels: Kernels): void {
  kernels.scale(packed[1].W, scale, packed[1].scaledW);
  for (const layer of packed.slice(2)) kernels.transpose(layer);
}
