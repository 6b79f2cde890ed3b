/** The memory of a training run: every region's name and shape, for one thread or several. */

import type { BatchTotals, ShardRun } from "./gradient.ts";
import { planShards } from "./gradient.ts";
import type { Arena } from "./kernels/arena.ts";
import type { KernelLayout, KernelSource, Kernels } from "./kernels/kernels.ts";
import type { Activation, ParameterViews } from "./network.ts";
import { layerShapes, layOutNetwork, type PackedNetwork, packedLength, viewPacked } from "./packed.ts";
import { additionsOfRoots, type RunPlan, runStart } from "./shards.ts";
import { layOutTile, type Tile } from "./tile.ts";
import type { BatchSums } from "./update.ts";

/** What the memory's layout follows from: numbers that every thread can be told. */
export interface TrainingShape {
  readonly layers: readonly number[];
  readonly activation: Activation;
  /** m */
  readonly examples: number;
  readonly batchSize: number;
  readonly shards: number;
  /** Threads that compute. */
  readonly threads: number;
}

export interface TrainingMemory {
  /** W1, b1, W2, b2, ..., and what follows from them. */
  readonly network: PackedNetwork;
  /** Columns of X in the order of the epoch, [m]. */
  readonly order: Uint32Array;
  /** Each shard's figures of the step, [S]. */
  readonly totals: BatchTotals;
  readonly threads: readonly ThreadMemory[];
}

/** What one thread writes to. */
export interface ThreadMemory {
  readonly plan: RunPlan;
  readonly tile: Tile;
  /** Partial dW1, db1, dW2, ...: as many as the thread's plan has slots. */
  readonly partials: readonly ParameterViews[];
  readonly scratch: Uint8Array;
}

export function layOutTraining(shape: TrainingShape, layout: KernelLayout, arena: Arena): TrainingMemory {
  const { layers, shards, threads } = shape;
  return {
    network: layOutNetwork(shape, layout, arena),
    order: arena.uint32(shape.examples),
    totals: { losses: arena.float64(shards), correct: arena.uint32(shards) },
    threads: Array.from({ length: threads }, (_, thread) => {
      const [first, end] = [runStart(shards, threads, thread), runStart(shards, threads, thread + 1)];
      const plan = planShards(shape, first, end, layout);
      return {
        plan,
        tile: layOutTile(layers, layout, arena),
        partials: Array.from({ length: plan.slots }, () =>
          viewPacked(layers, layout, arena.float32(packedLength(layers, layout))),
        ),
        scratch: arena.uint8(layout.scratchBytes(layerShapes(layers)[1])),
      };
    }),
  };
}

/** A thread's share of every step. */
export function runOfThread(
  memory: TrainingMemory,
  thread: number,
  source: KernelSource,
  arena: Arena,
  holdsFeatures: boolean,
): ShardRun {
  const { plan, tile, partials, scratch } = memory.threads[thread];
  return { plan, tile, partials, kernels: source.bind(arena, scratch, holdsFeatures) };
}

/** How the roots that the threads leave become the sum over the batch. */
export interface RootFold {
  readonly additions: readonly (readonly [into: ParameterViews, from: ParameterViews])[];
  /** What is left then: the sum, or the last two of the tree, which the update adds on its way. */
  readonly sums: BatchSums;
}

export function planRootFold(memory: TrainingMemory, shards: number): RootFold {
  const partialOf = new Map<number, ParameterViews>();
  for (const { plan, partials } of memory.threads) {
    for (const { shard, slot } of plan.roots) partialOf.set(shard, partials[slot]);
  }
  const additions = additionsOfRoots(shards, [...partialOf.keys()]).map(
    ([into, from]) => [partialOf.get(into)!, partialOf.get(from)!] as const,
  );
  const last = additions.pop();
  return { additions, sums: last ?? [partialOf.get(0)!] };
}

/** Adds the threads' roots along the rest of the tree, but for the last addition. */
export function foldRoots({ additions }: RootFold, kernels: Kernels): void {
  for (const [into, from] of additions) kernels.add(into.parameters, from.parameters);
}
