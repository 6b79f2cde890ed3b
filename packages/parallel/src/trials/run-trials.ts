/** Trials over the threads of a pool. */
import { availableParallelism } from "node:os";
import { chooseKernels, requireInteger } from "@scratch-nn/core/engine";
import { type JobOutcome, type JobRetry, tryJobs } from "@scratch-nn/jobs";
import { drain } from "../runtime/event-loop.ts";
import { shared, sharedFeatures } from "../sync/memory.ts";
import { type JobResult, runTrial, type TrialJob } from "./run-trial.ts";
import type { Trial, TrialData, TrialOutcome } from "./trial.ts";

export interface TrialOptions {
  /** How many trials run at a time, from 1; 0: one after another on this thread. It changes nothing in the results. Default: the machine's cores. */
  readonly threads?: number;
  /** Once aborted, the trials under way are given up. */
  readonly signal?: AbortSignal;
  /** Asked before a trial is begun: once it says no, those that are under way are the last. */
  readonly mayBegin?: () => boolean;
  /** Whether outcomes are told to onResult alone, and not held until the end: many networks may be large. Default false. */
  readonly forgets?: boolean;
  /** Called with each outcome as it comes, and the trial's place among all. What it throws ends the others. */
  readonly onResult?: (outcome: TrialOutcome, place: number) => void;
  /** Called when a trial's thread was lost: another one begins the trial again. */
  readonly onRetry?: (retry: JobRetry) => void;
  /** Called ten times a second with how many trials are done, parts of trials counted. */
  readonly onProgress?: (done: number) => void;
  /** Told why, where no thread could be started and this one does the work. */
  readonly onAlone?: (reason: string) => void;
  /** Seconds without a sign of life after which a trial's thread is taken for lost, from 1. Default 60. */
  readonly patience?: number;
}

/** A trial's matrices lie outside the heap; what it needs of that is little, and a leak ends it, not the process. */
const TRIAL_WORKER = { resourceLimits: { maxOldGenerationSizeMb: 512 } };
const MOST_THREADS = 1024;
const PATIENCE = 60;
const LOOK_MILLISECONDS = 100;
const MILLION = 1e6;

/**
 * Runs trials on threads, each on one thread: core's fit, to the bits that it has there. What comes out does not depend
 * on how many threads there are, or which is faster.
 *
 * A thread that dies is replaced, and its trial begun again, up to four times in all. A trial that diverges, or whose options are
 * wrong, has failed; the others go on.
 * @param data X, labels and the like, all columns: in SharedArrayBuffers they are not copied, whatever the number of threads; a
 *   list where trials are about several
 * @returns what became of each, in their order; undefined for those that the signal came before, or that were not to begin
 * @throws InputError when `threads` is out of range
 */
export async function runTrials(
  data: TrialData | readonly TrialData[],
  trials: readonly Trial[],
  options: TrialOptions = {},
): Promise<(TrialOutcome | undefined)[]> {
  const { threads = availableParallelism(), patience = PATIENCE } = options;
  requireInteger("threads", threads, 0, MOST_THREADS);
  requireInteger("patience", patience, 1, 2 ** 31 - 1);
  const given = ("X" in data ? [data] : data).map(sharedData);
  const words = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * trials.length));
  const [beats, progress] = [words(), words()];
  const jobs = trials.map((trial, place): TrialJob => {
    // Chosen once, not by each thread.
    const fit = { ...trial.fit, kernels: chooseKernels(trial.fit.kernels).name };
    return { data: given[trial.data ?? 0], trial: { ...trial, fit }, place, beats, progress };
  });
  const look = (): void => options.onProgress?.(progress.reduce((sum, done) => sum + done, 0) / MILLION);
  const clock = setInterval(look, LOOK_MILLISECONDS);
  try {
    const outcomes = await tryJobs<TrialJob, JobResult>(
      {
        makeWorker: (pool) =>
          new pool.Worker(import.meta.url.endsWith(".ts") ? "./trial-worker.ts" : "./trial-worker.js", TRIAL_WORKER),
        here: (job) => drain(untilAborted(runTrial(job), options.signal)),
        beatOf: (place) => Atomics.load(beats, place),
      },
      jobs,
      {
        threads,
        patience,
        signal: options.signal,
        mayBegin: options.mayBegin,
        forgets: options.forgets,
        onRetry: options.onRetry,
        onAlone: options.onAlone,
        onOutcome: (outcome, place) => options.onResult?.(outcomeOf(outcome), place),
      },
    );
    return outcomes.map((outcome) => outcome && outcomeOf(outcome));
  } finally {
    clearInterval(clock);
  }
}

/** A trial on this thread ends with the signal, too. */
function* untilAborted(work: Generator<void, JobResult>, signal: AbortSignal | undefined): Generator<void, JobResult> {
  try {
    for (let step = work.next(); ; step = work.next()) {
      if (step.done) return step.value;
      if (signal?.aborted) return { refused: "stopped" };
      yield;
    }
  } finally {
    // Lets go of what the run holds.
    work.return({ refused: "stopped" });
  }
}

function outcomeOf(outcome: JobOutcome<JobResult>): TrialOutcome {
  const { attempts } = outcome;
  if ("failure" in outcome) return { failure: outcome.failure, attempts };
  const { result } = outcome;
  return "refused" in result ? { failure: result.refused, attempts } : { ...result, attempts };
}

/** The same data in memory that threads can share. */
function sharedData(data: TrialData): TrialData {
  const { X, labels, targets } = data;
  return {
    ...data,
    X: X instanceof Uint8Array || X instanceof Float32Array ? sharedFeatures(X) : X,
    ...(labels instanceof Uint16Array ? { labels: shared(labels) } : {}),
    ...(targets instanceof Float32Array ? { targets: shared(targets) } : {}),
  };
}
