/**
 * Gradient clipping by the global norm, over all dW and db together. A gradient above the limit is scaled down to it
 * and keeps its direction.
 *
 * Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013, algorithm 1.
 */
import type { Kernels } from "../kernels/kernels.ts";
import { foldInPlace } from "../numerics/fold.ts";
import { sqrt } from "../numerics/functions.ts";
import type { PackedNetwork } from "../passes/packed.ts";
import { firstOf, type Partials } from "./partials.ts";

const fround = Math.fround;

/** The memory for computing the norm. */
export interface ClipMemory {
  readonly network: PackedNetwork;
  readonly partials: Partials;
  /** Buffers for the sum of squares of each unit of layer l; index 0 is empty. */
  readonly squares: readonly Float32Array[];
}

/**
 * Reduces the step's partial sums into the first of them and computes the norm of the result. The sum of squares of a
 * unit takes its db first, then its dW in the order of the inputs. The sums of all units, layer after layer, are folded
 * along the tree.
 * @param limit maximum of the norm, above 0
 * @param m examples of the batch
 * @param tasks the number of partial sums
 * @returns the divisor of the gradient: 1 or more, an f32; NaN where f32 cannot hold the norm
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
