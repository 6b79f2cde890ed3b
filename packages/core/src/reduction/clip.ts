/**
 * Clipping of the gradient by its global norm: of all dW and db together. Where it is above a limit, the gradient keeps its
 * direction, and has that norm.
 *
 * Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013, algorithm 1.
 */
import type { Kernels } from "../kernels/kernels.ts";
import { foldInPlace } from "../numerics/fold.ts";
import { sqrt } from "../numerics/functions.ts";
import type { PackedNetwork } from "../passes/packed.ts";
import { firstOf, type Partials } from "./partials.ts";

const fround = Math.fround;

/** What the norm is found in. */
export interface ClipMemory {
  readonly network: PackedNetwork;
  readonly partials: Partials;
  /** Room for the sum of squares of each unit of layer l; index 0 is empty. */
  readonly squares: readonly Float32Array[];
}

/**
 * Adds up the step's partial sums, into the first of them, and measures it. The sum of squares of a unit takes its db first,
 * then its dW in the order of the inputs; those of all units, layer after layer, are folded along the tree.
 * @param limit of the norm, above 0
 * @param m examples of the batch
 * @param tasks how many partial sums there are
 * @returns what the gradient is to be divided by: 1 or more, an f32; NaN where f32 cannot hold the norm
 */
export function clipDivisor(
  limit: number,
  m: number,
  { network, partials, squares }: ClipMemory,
  tasks: number,
  kernels: Kernels,
): number {
  const { length } = network.parameters;
  const [total] = partials.sums;
  kernels.reduce(firstOf(partials, tasks), 0, length, total.parameters);
  const units: number[] = [];
  for (const [l, { shape }] of network.packed.entries()) {
    if (l === 0) continue;
    kernels.sumsOfSquares(shape, total.W[l], total.b[l], squares[l]);
    for (let u = 0; u < shape.units; u++) units.push(squares[l][u]);
  }
  const norm = fround(sqrt(foldInPlace(Float32Array.from(units))) / fround(m));
  if (!Number.isFinite(norm)) return Number.NaN;
  return norm > fround(limit) ? fround(norm / fround(limit)) : 1;
}
