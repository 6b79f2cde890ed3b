/** Runs rank 0 of several: only rank 0 has a folder, prints, tests and saves results. */
import type { Ranks } from "@scratch-nn/cluster";
import { InputError } from "@scratch-nn/core";
import type { KernelName } from "@scratch-nn/core/engine";
import { STANDARD_INPUT } from "@scratch-nn/data";
import { type Checkpoint, encodeCheckpoint } from "../checkpoint/checkpoint.ts";
import { hasTrials } from "../options/run-config.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { agree, type Ready, type Start } from "./join-ranks.ts";

/** @throws InputError for options that work in a single process only */
export function requireForRanks({ size }: Ranks, options: TrainOptions): void {
  const where = `${size} processes`;
  const remedy = "start one, without a launcher, or";
  if (hasTrials(options)) {
    const found = options.folds === undefined ? "a table's portfolio of recipes" : "--folds";
    throw new InputError({
      where,
      expected: "one network to train",
      found,
      remedy: `${remedy} ${options.folds === undefined ? "pass --recipe notes, or flags that say how to train" : "leave it out"}`,
    });
  }
  if (options.data === STANDARD_INPUT) {
    const found = "standard input, which only the first has";
    throw new InputError({ where, expected: "data that all can read", found, remedy: `${remedy} name a file` });
  }
  if (options.ui === true) {
    throw new InputError({ where, expected: "no page beside them", found: "--ui", remedy: `${remedy} leave it out` });
  }
}

/** Starts the other ranks. @returns the kernels that all ranks use */
export async function leadRanks(
  ranks: Ranks,
  options: TrainOptions,
  checkpoint: Checkpoint | undefined,
  ready: Ready,
): Promise<KernelName> {
  const start: Start = { options, checkpoint: checkpoint && encodeCheckpoint(checkpoint) };
  await ranks.gather(start);
  return await agree(ranks, ready);
}
