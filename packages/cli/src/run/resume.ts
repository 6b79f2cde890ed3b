/** `train --resume`: finds out where a run stopped, and goes on there. */
import { InputError } from "@scratch-nn/core";
import { CheckpointStore } from "../checkpoint/checkpoint-store.ts";
import { optionsToResume, type RunConfig } from "../options/run-config.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { warning } from "../output/report.ts";
import type { Interrupts } from "./interrupts.ts";
import { checkpointsOf, RunFolder, readConfig } from "./run-folder.ts";
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
  const store = new CheckpointStore(checkpointsOf(run), options.keepCheckpoints);
  const { checkpoint, damaged } = await store.find();
  const config = checkpoint?.config ?? ((await readConfig(run)) as RunConfig);
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
  for (const { path, reason } of damaged) {
    process.stderr.write(`${warning(`${path} is damaged (${reason}); it is kept as ${path}.damaged`)}\n`);
  }
  if (!options.quiet || damaged.length > 0) {
    process.stderr.write(`going on from ${store.newest ?? "the beginning: there is no intact checkpoint"}\n`);
  }
  await trainInto(await RunFolder.reopen(run), merged, interrupts, { checkpoint, store });
}
