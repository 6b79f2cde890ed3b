/** Measures the time to an accuracy. The number of epochs depends on the data alone, their time on who computes. */
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { type Job, optionsOf, sha256Of } from "./jobs.ts";

export interface Target {
  readonly accuracy: number;
  readonly epochs: number;
  readonly sha256: string;
}

const MOST_EPOCHS = 400;

/**
 * Trains by core alone until the accuracy on the test part reaches the job's target.
 * @returns undefined for jobs without a target, or if 400 epochs do not reach it
 */
export function epochsToTarget(job: Job, examples: core.Examples, test: core.Examples): Target | undefined {
  const { target } = job;
  if (target === undefined) return undefined;
  let reached: Target | undefined;
  const signal = { aborted: false };
  const network = core.createNetwork({ layers: job.layers });
  core.fit(network, examples, {
    ...optionsOf(job, MOST_EPOCHS),
    signal,
    onEpoch: ({ epoch }) => {
      const { accuracy } = core.evaluate(network, test);
      if (accuracy === undefined || accuracy < target) return;
      reached = { accuracy, epochs: epoch, sha256: sha256Of(network) };
      signal.aborted = true;
    },
  });
  return reached;
}

/** Times the same epochs with a number of workers. */
export async function timeToTarget(
  job: Job,
  examples: core.Examples,
  { workers, isFound }: { readonly workers: number; readonly isFound: boolean },
  { epochs }: Target,
): Promise<{ readonly seconds: number; readonly sha256: string }> {
  const network = core.createNetwork({ layers: job.layers });
  const options = optionsOf(job, epochs);
  const start = performance.now();
  if (workers === 0) core.fit(network, examples, options);
  else await parallel.fit(network, examples, { ...options, workers, ...(isFound ? {} : { threadsAtWork: workers }) });
  return { seconds: (performance.now() - start) / 1000, sha256: sha256Of(network) };
}
