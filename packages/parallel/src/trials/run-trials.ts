/** Runs trials on the threads of a pool. */
import { availableParallelism } from "node:os";
import { chooseKernels, requireInteger } from "@scratch-nn/core/engine";
import { type JobOutcome, type JobRetry, tryJobs } from "@scratch-nn/jobs";
import { drain } from "../runtime/event-loop.ts";
import { shared, sharedFeatures } from "../sync/memory.ts";
import { type JobResult, runTrial, type TrialJob } from "./run-trial.ts";
import type { Trial, TrialData, TrialOutcome } from "./trial.ts";

export interface TrialOptions {
  /**
   * How many trials run at a time, from 1; 0 runs them one after another on this thread. It does not change the
   * results. Default: the machine's cores.
   */
  readonly threads?: number;
  /** When aborted, running trials are given up. */
  readonly signal?: AbortSignal;
  /** Called before each trial's first attempt. Once it returns false, no further trial begins. */
  readonly mayBegin?: () => boolean;
  /** Whether to pass outcomes to onResult only and not keep them: many networks may be large. Default false. */
  readonly forgets?: boolean;
  /** Called with each outcome as it arrives, and the trial's index. If it throws, the other trials end. */
  readonly onResult?: (outcome: TrialOutcome, place: number) => void;
  /** Called when a trial's thread was lost and another thread restarts the trial. */
  readonly onRetry?: (retry: JobRetry) => void;
  /** Called ten times a second with how many trials are done, counting fractions of trials. */
  readonly onProgress?: (done: number) => void;
  /** Called with the reason if no thread could be started and this thread does the work. */
  readonly onAlone?: (reason: string) => void;
  /** Seconds without a heartbeat after which a trial's thread counts as lost, from 1. Default 60. */
  readonly patience?: number;
}

/**
 * A trial's matrices lie outside the heap, so its heap is small. The limit makes a leak end the thread, not the
 * process.
 */
const TRIAL_WORKER = { resourceLimits: { maxOldGenerationSizeMb: 512 } };
const MOST_THREADS = 1024;
const PATIENCE = 60;
const LOOK_MILLISECONDS = 100;
const MILLION = 1e6;

/**
 * Runs trials, each with core's fit on one thread, with the same bits as core's fit. The results do not depend on the
 * number or the speed of the threads.
 *
 * A thread that dies is replaced and its trial restarted, up to four attempts in all. A trial fails if it diverges or
 * its options are wrong; the other trials continue.
 * @param data all columns of X, labels and the like; a list if trials use different data. SharedArrayBuffers are not
 *   copied, whatever the number of threads
 * @returns each trial's outcome, in order; undefined for trials that did not finish before the signal or did not begin
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
    // Kernels are chosen once, not by each thread.
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

/** Ends a trial on this thread when the signal is aborted. */
function* untilAborted(work: Generator<void, JobResult>, signal: AbortSignal | undefined): Generator<void, JobResult> {
  try {
    for (let step = work.next(); ; step = work.next()) {
      if (step.done) return step.value;
      if (signal?.aborted) return { refused: "stopped" };
      yield;
    }
  } finally {
    // Releases the run's memory.
    work.return({ refused: "stopped" });
  }
}

function outcomeOf(outcome: JobOutcome<JobResult>): TrialOutcome {
  const { attempts } = outcome;
  if ("failure" in outcome) return { failure: outcome.failure, attempts };
  const { result } = outcome;
  return "refused" in result ? { failure: result.refused, attempts } : { ...result, attempts };
}

/** Puts data into memory that threads can share. */
function sharedData(data: TrialData): TrialData {
  const { X, labels, targets } = data;
  return {
    ...data,
    X: X instanceof Uint8Array || X instanceof Float32Array ? sharedFeatures(X) : X,
    ...(labels instanceof Uint16Array ? { labels: shared(labels) } : {}),
    ...(targets instanceof Float32Array ? { targets: shared(targets) } : {}),
  };
}
