/** `train --resume`: finds out where a run stopped, and goes on there. */
import { InputError } from "@scratch-nn/core";
import { STANDARD_INPUT } from "@scratch-nn/data";
import { CheckpointStore } from "../checkpoint/checkpoint-store.ts";
import { kindOf } from "../disk/regular-file.ts";
import { optionsToResume } from "../options/run-config.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { printable } from "../output/printable.ts";
import { warning } from "../output/report.ts";
import type { Interrupts } from "./interrupts.ts";
import { readConfig, requireRun } from "./read-config.ts";
import { RunFolder } from "./run-folder.ts";
import { trainInto } from "./train-into.ts";

/**
 * @param given flags on the command line
 * @throws InputError when the folder is not a run's, or flags or data differ from the run's
 */
export async function resumeRun(
  run: string,
  options: TrainOptions,
  given: ReadonlySet<keyof TrainOptions>,
  interrupts: Interrupts,
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
  // Says what is missing.
  if (kindOf(run) === undefined) await readConfig(run);
  const folder = await RunFolder.reopen(run);
  interrupts.whileReading(() => folder.discard());
  const store = new CheckpointStore(folder.checkpoints, options.keepCheckpoints);
  const { checkpoint, damaged } = await store.find();
  const kept = checkpoint === undefined ? await readConfig(run) : undefined;
  const config = checkpoint?.config ?? kept!;
  const merged = optionsToResume(run, config, given, options);
  const done = (checkpoint?.position.epoch ?? 1) - 1;
  if (merged.epochs < done) {
    throw new InputError({
      where: "--epochs",
      expected: `at least ${done}, which ${run} has done already`,
      found: String(merged.epochs),
      remedy: "pass more, or leave it out",
    });
  }
  const isGiven = given.has("data");
  if (!isGiven && merged.data === STANDARD_INPUT && process.stdin.isTTY) throw readFromInput(run);
  for (const { path, reason } of damaged) {
    process.stderr.write(`${warning(`${path} is damaged (${reason}); it is kept as ${path}.damaged`)}\n`);
  }
  if (!options.quiet || damaged.length > 0) {
    const from = store.newest ?? "the beginning: there is no intact checkpoint";
    process.stderr.write(`going on from ${printable(from)}\n`);
  }
  const known = { run, sha256: checkpoint?.fingerprint ?? kept?.dataSha256, isGiven };
  await trainInto(folder, merged, interrupts, { checkpoint, store, known });
}

function readFromInput(run: string): InputError {
  return new InputError({
    where: "--data",
    expected: `the data that ${run} was trained on, from standard input as then`,
    found: "a terminal there",
    remedy: "pipe them in again, or pass --data with where they are now",
  });
}
