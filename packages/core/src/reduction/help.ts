/** Computing for another thread what it has not begun. */

import type { CheckedExamples } from "../examples/examples.ts";
import { MOST_COLUMNS } from "../kernels/kernels.ts";
import { productsOfFeatures } from "../passes/backward.ts";
import type { PackedNetwork } from "../passes/packed.ts";
import { type Batch, type BatchTotals, blockGradient, startOf } from "./gradient.ts";
import type { ShardRun } from "./thread-run.ts";
import type { ThreadMemory } from "./training-memory.ts";

/**
 * Computes a piece of another thread's run, as that thread would, into its partial sums. Parts of dW[1] are made from
 * the dZ[1] and the features that the other one has in its tile.
 * @param run what this thread computes with
 * @yields the number of columns done, like runGradient
 */
export function* helpWith(
  network: PackedNetwork,
  examples: Pick<CheckedExamples, "X" | "labels">,
  batch: Batch,
  { plan, tile, partials }: ThreadMemory,
  piece: number,
  run: ShardRun,
  totals: BatchTotals,
): Generator<number, void> {
  const { kernels, atWork } = run;
  if (plan.pieces?.of === "blocks") {
    yield* blockGradient(
      network,
      examples,
      batch,
      plan.blocks[piece],
      { ...run, plan, partials, updates: false },
      false,
      totals,
    );
    return;
  }
  const [{ first, end, slot }] = plan.blocks;
  atWork[0] = first;
  atWork[1] = end;
  const shards = tile.shards[end - first];
  const goesOn = startOf(batch, end) - startOf(batch, first) > MOST_COLUMNS;
  const part = { part: piece, parts: plan.pieces!.count, updatesNext: false };
  productsOfFeatures(network, tile, shards, partials[slot], goesOn, kernels, part);
  yield 0;
}
