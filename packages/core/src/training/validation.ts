/**
 * Validation after every epoch: computes the loss and the accuracy of held-out examples, shard by shard, on any thread.
 */
import { type Kernels, MOST_COLUMNS } from "../kernels/kernels.ts";
import { countClasses } from "../losses/softmax.ts";
import type { Output } from "../model/output.ts";
import { forward } from "../passes/forward.ts";
import type { PackedNetwork } from "../passes/packed.ts";
import type { Tile } from "../passes/tile.ts";
import { loadTile, type TrainingData } from "../reduction/gradient.ts";
import { foldNumbers, runStart } from "../reduction/shards.ts";
import type { StepMemory, ValidationMemory } from "../reduction/step-memory.ts";
import type { ValidationFigures } from "./options.ts";

/** What a thread needs for a validation, with the network in training. */
export interface ValidationBench extends ValidationMemory {
  readonly network: PackedNetwork;
  readonly data: TrainingData;
  readonly tile: Tile;
  readonly kernels: Kernels;
}

/** @param kernels bound to the memory that holds the data */
export function validationBenchOf(
  { network, threads, validation }: StepMemory,
  thread: number,
  data: TrainingData,
  kernels: Kernels,
): ValidationBench {
  return { network, data, tile: threads[thread].validationTile, kernels, ...validation };
}

/** The number of shards; `evaluate` cuts the columns in the same way. */
export function validationShards({ totals }: ValidationMemory): number {
  return totals.losses.length;
}

/**
 * Computes the figures of a shard. It is idempotent, so another thread may repeat it.
 * @yields the number of columns done, after each tile
 */
export function* validateShard(bench: ValidationBench, shard: number): Generator<number, void> {
  const { network, order, tile, kernels, totals } = bench;
  const { losses } = tile.answers;
  const shards = totals.losses.length;
  const to = runStart(order.length, shards, shard + 1);
  const countRight = network.output?.countRight ?? countClasses;
  let [loss, correct] = [0, 0];
  for (let first = runStart(order.length, shards, shard); first < to; first += MOST_COLUMNS) {
    loadTile(bench, order, first, Math.min(MOST_COLUMNS, to - first));
    forward(network, tile, kernels);
    for (let c = 0; c < tile.columns; c++) loss += losses[c];
    correct += countRight(tile.last, 0, tile.columns);
    yield tile.columns;
  }
  totals.losses[shard] = loss;
  totals.correct[shard] = correct;
}

/**
 * Combines the figures of all shards, once all are done. The result is that of `evaluate`, with the training's loss.
 */
export function validationFigures({ order, totals }: ValidationMemory, output: Output): ValidationFigures {
  const loss = foldNumbers(totals.losses) / order.length;
  return output === "identity" ? { loss } : { loss, accuracy: foldNumbers(totals.correct) / order.length };
}
