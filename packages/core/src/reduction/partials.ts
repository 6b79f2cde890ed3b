/** Partial sums of gradients, in the layout of the parameters. */
import type { Arena } from "../kernels/arena.ts";
import type { KernelLayout, PartialSums } from "../kernels/kernels.ts";
import { type PackedSums, packedLength, viewPacked } from "../passes/packed.ts";

/** Contiguous partial sums, with views of the parts of each. */
export interface Partials {
  readonly numbers: Float32Array;
  readonly stride: number;
  readonly sums: readonly PackedSums[];
}

/**
 * LINE is the numbers in a cache line. A stride that is a multiple of ALIAS numbers would map all partials to the same
 * cache lines.
 */
const LINE = 16;
const ALIAS = 1024;

export function layOutPartials(count: number, layers: readonly number[], layout: KernelLayout, arena: Arena): Partials {
  const length = packedLength(layers, layout);
  let stride = Math.ceil(length / LINE) * LINE;
  if (stride % ALIAS === 0) stride += LINE;
  const numbers = arena.float32(count * stride);
  const sums = Array.from({ length: count }, (_, i) =>
    viewPacked(numbers.subarray(i * stride, i * stride + length), layers, layout),
  );
  return { numbers, stride, sums };
}

/** The first `count` partial sums, as the kernels take them. */
export function firstOf({ numbers, stride }: Partials, count: number): PartialSums {
  return { numbers, stride, count };
}
