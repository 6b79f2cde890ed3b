/** Trains the runs of a sweep on the pool's threads, rung by rung. */

import type { Dataset } from "@scratch-nn/data";
import { hasFailed, type JobRetry, MOST_ATTEMPTS, runTrials, type TrialOutcome } from "@scratch-nn/parallel";
import type { Candidate, SweepPlan } from "./plan-sweep.ts";
import type { KeptResult } from "./result-store.ts";
import { figuresOf, type RunResult, ranked } from "./results.ts";
import type { Measure } from "./sweep-options.ts";
import { judge, trialOf, trialSources } from "./trial-of.ts";

export interface RungOptions {
  readonly by: Measure;
  readonly threads: number;
  /** Runs that an earlier process has completed. */
  readonly kept: readonly RunResult[];
  /** Called before each run. */
  readonly mayBegin: () => boolean;
  /** Aborting it cancels the runs under way. */
  readonly signal: AbortSignal;
  /** Receives each result as it arrives. Save it if it is the run's own and would be the same again. */
  readonly onResult: (
    result: KeptResult,
    isLasting: boolean,
    results: readonly (readonly RunResult[])[],
  ) => Promise<void>;
  readonly onRetry: (run: number, retry: JobRetry) => void;
  readonly onAlone: (reason: string) => void;
  /** Receives the number of completed runs, fractions included. */
  readonly onProgress: (done: number) => void;
}

export interface RungResults {
  /** The results of each rung that was started. */
  readonly results: readonly (readonly RunResult[])[];
  /** Whether all rungs are complete. */
  readonly isWhole: boolean;
  /** The network of the last rung's best run, where this process has trained it. */
  readonly best: BestParameters | undefined;
}

export interface BestParameters {
  readonly result: RunResult;
  readonly parameters: Float32Array;
}

/** Trains the remaining runs. @param dataset with a validation part */
export async function runRungs(dataset: Dataset, plan: SweepPlan, options: RungOptions): Promise<RungResults> {
  const results: RunResult[][] = [];
  let contenders = plan.candidates;
  let best: BestParameters | undefined;
  for (const { epochs, keep } of plan.rungs) {
    const rung = contenders.map((candidate) => withEpochs(candidate, epochs));
    const own: RunResult[] = rung.flatMap((candidate) => options.kept.filter((result) => isOf(candidate, result)));
    results.push(own);
    const left = rung.filter((candidate) => !own.some((result) => isOf(candidate, result)));
    const before = results.flat().length;
    const onProgress = (done: number): void => options.onProgress(before + done);
    await runAll(dataset, left, { ...options, onProgress }, async (result, isLasting, parameters) => {
      own.push(result);
      if (parameters !== undefined && ranked(own, options.by)[0] === result) best = { result, parameters };
      await options.onResult(result, isLasting, results);
    });
    if (own.length < rung.length) return { results, isWhole: false, best };
    const sound = ranked(own, options.by).filter((result) => figuresOf(result));
    const goOn = new Set(sound.slice(0, keep).map(({ run }) => run));
    contenders = contenders.filter(({ run }) => goOn.has(run));
  }
  return { results, isWhole: true, best };
}

export function withEpochs(candidate: Candidate, epochs: number | undefined): Candidate {
  return epochs === undefined ? candidate : { ...candidate, options: { ...candidate.options, epochs } };
}

const isOf = ({ run, options }: Candidate, result: RunResult): boolean =>
  result.run === run && result.epochs === options.epochs;

async function runAll(
  dataset: Dataset,
  candidates: readonly Candidate[],
  options: RungOptions,
  onResult: (result: KeptResult, isLasting: boolean, parameters: Float32Array | undefined) => Promise<void>,
): Promise<void> {
  if (candidates.length === 0) return;
  /** Evaluates results one at a time, in the order of their arrival. */
  let looking = Promise.resolve();
  const look = async (outcome: TrialOutcome, place: number): Promise<void> => {
    const { run, settings, options: own } = candidates[place];
    const { attempts } = outcome;
    const result = await judge(dataset, own, outcome);
    const [seconds, parameters] = hasFailed(outcome) ? [0] : [outcome.seconds, outcome.parameters];
    // A run that failed because its threads were lost repeatedly may succeed another time.
    const isLasting = !("failure" in result) || attempts < MOST_ATTEMPTS;
    await onResult({ run, settings, epochs: own.epochs, outcome: result, seconds, attempts }, isLasting, parameters);
  };
  const sources = trialSources(
    dataset,
    candidates.map((candidate) => candidate.options),
  );
  await runTrials(
    sources.data,
    candidates.map((candidate) => trialOf(dataset, candidate.options, sources)),
    {
      threads: options.threads,
      signal: options.signal,
      forgets: true,
      mayBegin: options.mayBegin,
      onResult(outcome, place) {
        looking = looking.then(() => look(outcome, place));
        // The error is thrown below.
        looking.catch(() => {});
      },
      onRetry: (retry) => options.onRetry(candidates[retry.place].run, retry),
      onAlone: options.onAlone,
      onProgress: options.onProgress,
    },
  );
  await looking;
}
