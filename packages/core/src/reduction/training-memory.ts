/** The memory of a training run: every region's name and shape, for one thread or several. */

import { type Arena, bytesOf } from "../kernels/arena.ts";
import type { KernelLayout, KernelSource } from "../kernels/kernels.ts";
import type { Activation } from "../model/network.ts";
import { layerShapes, layOutNetwork, type PackedNetwork } from "../passes/packed.ts";
import { layOutTile } from "../passes/tile.ts";
import type { BatchTotals } from "./gradient.ts";
import { layOutSums } from "./sums.ts";
import { planThread, type ShardRun } from "./thread-run.ts";

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
  /**
   * Columns of X in the order of an epoch, [m]: on one thread there is one, on several one for odd epochs and
   * one for even ones, so that the next can be drawn ahead.
   */
  readonly orders: readonly Uint32Array[];
  /** Each shard's figures of the step, [S]. */
  readonly totals: BatchTotals;
  readonly threads: readonly ThreadMemory[];
}

/** What one thread writes to. */
export interface ThreadMemory extends Pick<ShardRun, "plan" | "tile" | "partials" | "atWork"> {
  readonly scratch: Uint8Array;
}

export function layOutTraining(shape: TrainingShape, layout: KernelLayout, arena: Arena): TrainingMemory {
  const { layers, shards, threads } = shape;
  return {
    network: layOutNetwork(shape, layout, arena),
    orders: Array.from({ length: Math.min(2, threads) }, () => arena.uint32(shape.examples)),
    totals: { losses: arena.float64(shards), correct: arena.uint32(shards) },
    threads: Array.from({ length: threads }, (_, thread) => {
      const plan = planThread(shape, thread, layout);
      return {
        plan,
        tile: layOutTile(layers, layout, arena),
        partials: Array.from({ length: plan.slots }, () => layOutSums(layers, layout, arena)),
        atWork: arena.uint32(2),
        scratch: arena.uint8(layout.scratchBytes(layerShapes(layers)[1])),
      };
    }),
  };
}

/** Bytes that such a run takes besides the examples. */
export function trainingBytes(shape: TrainingShape, layout: KernelLayout): number {
  return bytesOf((arena) => layOutTraining(shape, layout, arena));
}

/** A thread's share of every step; thread 0 updates the weights. */
export function runOfThread(
  memory: TrainingMemory,
  thread: number,
  source: KernelSource,
  arena: Arena,
  holdsFeatures: boolean,
): ShardRun {
  const { scratch, ...own } = memory.threads[thread];
  const updates = thread === 0 && memory.threads.length > 1;
  return { ...own, kernels: source.bind(arena, scratch, holdsFeatures), updates };
}

/** The order of an epoch, from 1. */
export function orderOf({ orders }: Pick<TrainingMemory, "orders">, epoch: number): Uint32Array {
  return orders[epoch % orders.length];
}
