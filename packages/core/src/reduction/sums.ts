/** Sums over examples in the layout of some kernels, m dW and m db: what the all-reduce adds. */
import type { Arena } from "../kernels/arena.ts";
import type { KernelLayout, Kernels, LayerShape } from "../kernels/kernels.ts";
import type { ParameterViews } from "../model/network.ts";
import { layerShapes, layOutParts } from "../passes/packed.ts";
import { additionsOfRoots, type RunPlan, runStart } from "./shards.ts";

export interface PackedSums {
  /** m dW[l], as the kernels' outerProducts makes it. */
  readonly W: readonly Float32Array[];
  /** m db[l] */
  readonly b: readonly Float32Array[];
  /** All but W[1], side by side. */
  readonly rest: Float32Array;
  /** Of the first layer. */
  readonly first: LayerShape;
}

export function layOutSums(layers: readonly number[], layout: KernelLayout, arena: Arena): PackedSums {
  const { parameters, W, b } = layOutParts(layers, layout, layout.productsLength, arena);
  return { W, b, rest: parameters.subarray(W[1].length), first: layerShapes(layers)[1] };
}

/** Copies sums out of the kernels' layout. */
export function unpackSums(
  from: PackedSums,
  to: ParameterViews,
  layers: readonly number[],
  layout: KernelLayout,
): void {
  for (const [l, shape] of layerShapes(layers).entries()) {
    if (l === 0) continue;
    layout.unpackProducts(from.W[l], to.W[l], shape);
    to.b[l].set(from.b[l].subarray(0, shape.units));
  }
}

/** Parts end on cache lines (16 f32), so that no two threads write to one. */
const LINE = 16;

/** into += from, in part `part` of `parts`: every number is in one of them. */
export function addSums(into: PackedSums, from: PackedSums, kernels: Kernels, part = 0, parts = 1): void {
  kernels.addProducts(into.first, into.W[1], from.W[1], part, parts);
  const { length } = into.rest;
  const lines = Math.ceil(length / LINE);
  const begin = runStart(lines, parts, part) * LINE;
  const end = Math.min(length, runStart(lines, parts, part + 1) * LINE);
  kernels.add(into.rest, from.rest, begin, end);
}

/** How the roots that the threads leave become the sum over the batch. */
export interface RootFold {
  readonly additions: readonly (readonly [into: PackedSums, from: PackedSums])[];
  /** What holds m dW and m db in the end. */
  readonly sum: PackedSums;
}

/** @param threads what each has to do, and its partial sums by slot */
export function planRootFold(
  threads: readonly { readonly plan: RunPlan; readonly partials: readonly PackedSums[] }[],
  shards: number,
): RootFold {
  const partialOf = new Map<number, PackedSums>();
  for (const { plan, partials } of threads) {
    for (const { shard, slot } of plan.roots) partialOf.set(shard, partials[slot]);
  }
  const additions = additionsOfRoots(shards, [...partialOf.keys()]);
  return {
    additions: additions.map(([into, from]) => [partialOf.get(into)!, partialOf.get(from)!]),
    sum: partialOf.get(0)!,
  };
}

/**
 * The all-reduce: adds the roots along the rest of the tree, in part `thread` of `threads` of the
 * parameters. An element is added along the same tree wherever the parts end.
 */
export function foldRoots({ additions }: RootFold, thread: number, threads: number, kernels: Kernels): void {
  for (const [into, from] of additions) addSums(into, from, kernels, thread, threads);
}
