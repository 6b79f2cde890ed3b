/** `train --resume`: finds a stopped run's last checkpoint, and resumes from it. */
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { STANDARD_INPUT } from "@scratch-nn/data";
import { type Checkpoint, FormatError } from "../checkpoint/checkpoint.ts";
import { CheckpointStore, type Found } from "../checkpoint/checkpoint-store.ts";
import { kindOf } from "../disk/regular-file.ts";
import { hasTrials, optionsToResume } from "../options/run-config.ts";
import type { GivenOptions, TrainOptions } from "../options/train-options.ts";
import { requireTrialFlags } from "../options/trial-flags.ts";
import { printable } from "../output/printable.ts";
import { warning } from "../output/report.ts";
import { shellPath } from "../output/shell.ts";
import { TrialStore } from "../trials/trial-store.ts";
import { type Interrupts, STOPPED_EARLY } from "./interrupts.ts";
import { MODEL } from "./model-files.ts";
import { SWEEP } from "./new-folder.ts";
import { readConfig, requireRun } from "./read-config.ts";
import { RunFolder } from "./run-folder.ts";
import { type Origin, trainInto } from "./train-into.ts";

/**
 * @param given flags on the command line
 * @throws InputError when the folder is not a run's, or flags or data differ from the run's
 */
export async function resumeRun(
  run: string,
  options: GivenOptions,
  given: ReadonlySet<keyof TrainOptions>,
  interrupts: Interrupts,
  { watcher, ranks }: Pick<Origin, "watcher" | "ranks"> = {},
): Promise<void> {
  if (options.out !== undefined) {
    throw new InputError({
      where: "--out",
      expected: `nothing: the run goes on in ${run}`,
      found: options.out,
      remedy: "leave out --out or --resume",
    });
  }
  requireRun(run);
  requireNoSweep(run);
  // Reports what is missing.
  if (kindOf(run) === undefined) await readConfig(run);
  const folder = await RunFolder.reopen(run);
  interrupts.whileReading(STOPPED_EARLY, () => folder.discard());
  const store = new CheckpointStore(folder.checkpoints, options.keepCheckpoints);
  const found = await findCheckpoint(store, run);
  const { checkpoint, unusable } = found;
  const kept = checkpoint === undefined ? await readConfig(run) : undefined;
  const config = checkpoint?.config ?? kept!;
  if (checkpoint === undefined && !hasTrials(config)) requireNoModel(run);
  const merged = optionsToResume(run, config, given, options);
  requireTrialFlags(merged, given);
  const begun = epochsBegun(checkpoint);
  if (merged.epochs < begun) {
    throw new InputError({
      where: "--epochs",
      expected: `at least ${begun}, which ${run} has ${checkpoint?.position.batch === 0 ? "done" : "begun"} already`,
      found: String(merged.epochs),
      remedy: "pass more, or leave it out",
    });
  }
  const isGiven = given.has("data");
  if (!isGiven) requireInput(run, merged.data);
  await store.tidyUp(found);
  for (const { path, reason, isDamaged } of unusable) {
    const what = isDamaged ? `is damaged (${reason}); it is kept as ${path}.damaged` : `cannot be read (${reason})`;
    process.stderr.write(`${warning(`${path} ${what}`)}\n`);
  }
  if (!options.quiet || unusable.length > 0) {
    process.stderr.write(`going on from ${printable(store.newest ?? beginningOf(merged, run))}\n`);
  }
  const known = { run, sha256: checkpoint?.fingerprint ?? kept?.dataSha256, isGiven };
  await trainInto(folder, merged, interrupts, { checkpoint, store, known, watcher, ranks });
}

/** @throws InputError for the folder of a sweep: its model belongs to its table */
function requireNoSweep(run: string): void {
  if (kindOf(join(run, SWEEP)) === undefined) return;
  const path = shellPath(run);
  throw new InputError({
    where: "--resume",
    expected: "the folder of one training",
    found: `${run}, the folder of a sweep`,
    remedy: `finish the sweep with pnpm sweep --resume ${path}, or train its best network anew with pnpm train --config ${path}`,
  });
}

/** @throws InputError where beginning again would overwrite a model that took epochs to train */
function requireNoModel(run: string): void {
  const model = join(run, MODEL);
  if (kindOf(model) === undefined) return;
  throw new InputError({
    where: "--resume",
    expected: "a run with an intact checkpoint to go on from",
    found: `${run} without one, and a model that beginning again would overwrite`,
    remedy: `train a new run with pnpm train --config ${shellPath(run)}, or move ${model} away to begin again here`,
  });
}

/** Describes the start of a resumed run without a checkpoint. */
function beginningOf(options: TrainOptions, run: string): string {
  return hasTrials(options)
    ? `the trials in ${new TrialStore(run).folder}`
    : "the beginning: there is no intact checkpoint";
}

/** @throws InputError where data came from standard input, and nothing is piped in now */
export function requireInput(run: string, data: string): void {
  if (data !== STANDARD_INPUT || !process.stdin.isTTY) return;
  throw new InputError({
    where: "--data",
    expected: `the data that ${run} was trained on, from standard input as then`,
    found: "a terminal there",
    remedy: "pipe them in again, or pass --data with where they are now",
  });
}

/** The number of epochs that a run has completed or begun. */
function epochsBegun(checkpoint: Checkpoint | undefined): number {
  if (checkpoint === undefined) return 0;
  const { epoch, batch } = checkpoint.position;
  return batch === 0 ? epoch - 1 : epoch;
}

/** @throws InputError when another version of this program has written the newest checkpoint */
async function findCheckpoint(store: CheckpointStore, run: string): Promise<Found> {
  try {
    return await store.find();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new InputError(
      {
        where: "--resume",
        expected: "a run whose checkpoints this version of scratch-nn can go on from",
        found: `${run}: ${error.message}`,
        remedy: "go on with the version that began it, or start a new run; nothing was changed",
      },
      { cause: error },
    );
  }
}
