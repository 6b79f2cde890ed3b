/** Runs a training with its data, memory check, checkpoints, signals and results. */
import type { Ranks } from "@scratch-nn/cluster";
import { DivergenceError, type FitResult, InputError } from "@scratch-nn/core";
import { planTraining, withParameters } from "@scratch-nn/core/engine";
import type { Dataset } from "@scratch-nn/data";
import { type Checkpoint, checkpointParts } from "../checkpoint/checkpoint.ts";
import { CheckpointStore } from "../checkpoint/checkpoint-store.ts";
import { Checkpointing } from "../checkpoint/checkpointing.ts";
import { activeThreads } from "../options/active-threads.ts";
import { configOf, hasTrials } from "../options/run-config.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { flagOf, WRITTEN_BY_ONE_TRAINING } from "../options/trial-flags.ts";
import { EXIT } from "../output/exit.ts";
import { printable } from "../output/printable.ts";
import { remark, warning } from "../output/report.ts";
import { shellPath } from "../output/shell.ts";
import { AUTO } from "../recipes/portfolio.ts";
import { environmentHere } from "../record/environment.ts";
import { METRICS_CSV } from "../record/metrics-csv.ts";
import { describePlan } from "../reports/describe-plan.ts";
import { describeRetry, describeShortage } from "../reports/describe-setbacks.ts";
import { trainingProgress } from "../reports/progress.ts";
import { TrialStore } from "../trials/trial-store.ts";
import { conclude, newestOf, type Run } from "./conclude.ts";
import type { Interrupts } from "./interrupts.ts";
import { leadRanks, requireForRanks } from "./lead-ranks.ts";
import { Observers, requirePlaces, spansFor } from "./observers.ts";
import { type KnownData, openData } from "./open-data.ts";
import { outcomeOf } from "./outcome-of.ts";
import { planRun } from "./plan-run.ts";
import type { RunFolder } from "./run-folder.ts";
import { configText, firstFiles, metricsBefore, metricsFile } from "./run-record.ts";
import { fit } from "./train-run.ts";
import { trainByTrials } from "./train-trials.ts";
import { alsoFor, eitherOf, type Watcher, watched } from "./watcher.ts";

/** Above this size, encoding and hashing take long. */
const MANY_PARAMETERS = 1e6;

/** The origin of a run: for a resumed run, the state in its folder. */
export interface Origin {
  /** Undefined where no checkpoint is intact: the run starts again. */
  readonly checkpoint?: Checkpoint | undefined;
  readonly store?: CheckpointStore;
  readonly known?: KnownData | undefined;
  /** The page that watches the run. */
  readonly watcher?: Watcher | undefined;
  /** The ranks that this process leads. */
  readonly ranks?: Ranks | undefined;
}

/**
 * Trains and saves the results.
 * @throws InputError when the data are not those of the checkpoint, or do not fit into memory
 */
export async function trainInto(
  folder: RunFolder,
  options: TrainOptions,
  interrupts: Interrupts,
  origin: Origin = {},
): Promise<void> {
  const store = origin.store ?? new CheckpointStore(folder.checkpoints, options.keepCheckpoints);
  try {
    await run(folder, options, store, interrupts, origin);
  } catch (error) {
    await interrupts.goOn();
    if (store.newest === undefined && (await new TrialStore(folder.path).isEmpty())) await folder.discard();
    else if (error instanceof DivergenceError) {
      process.stderr.write(`${warning(`the checkpoints in ${store.folder} are from before that`)}\n`);
    }
    throw error;
  }
}

async function run(
  folder: RunFolder,
  options: TrainOptions,
  store: CheckpointStore,
  interrupts: Interrupts,
  { checkpoint, known, watcher, ranks }: Origin,
): Promise<void> {
  requirePlaces(options, folder);
  if (ranks !== undefined) requireForRanks(ranks, options);
  const here = environmentHere();
  const { dataset, sha256: fingerprint } = await openData(options, known, interrupts.signal);
  const settled = withRecipe(options, dataset);
  if (ranks !== undefined) requireForRanks(ranks, settled);
  if (hasTrials(settled)) {
    requireNoTrials(options);
    const trials = new TrialStore(folder.path);
    return trainByTrials({ folder, options: settled, dataset, fingerprint, store: trials, interrupts, here, watcher });
  }
  const planned = await planRun(dataset, options, checkpoint);
  const { network, examples } = planned;
  const ready = { fingerprint, kernels: planned.plan.kernels.name };
  const kernels = ranks === undefined ? ready.kernels : await leadRanks(ranks, options, checkpoint, ready);
  const fitOptions = ranks === undefined ? planned.fitOptions : { ...planned.fitOptions, kernels };
  const plan = kernels === ready.kernels ? planned.plan : planTraining(network, examples, fitOptions);
  const config = configOf(options, plan.shards);
  const { workers } = options;
  const settings = configText(config, options, outcomeOf(dataset, network, fingerprint));
  const first = await firstFiles(folder, settings, { here, ofRun: { workers, kernels: plan.kernels.name } });
  const rows = await metricsBefore(folder, checkpoint?.position.reports ?? []);
  const { files, log } = metricsFile(folder, rows, (error) =>
    progress.say(warning(`${METRICS_CSV} could not be written: ${error.message}; the run goes on`)),
  );
  await interrupts.goOn();
  await folder.write({ ...first, ...files }, newestOf(store));
  await interrupts.goOn();

  if (!options.quiet) process.stderr.write(`${describePlan(dataset, network, plan, options, ranks)}\n\n`);
  if (ranks !== undefined && !options.quiet) process.stderr.write(`${ranks.size} processes, ${ranks.version}\n\n`);
  await watcher?.begin({ folder, options, dataset, network, plan });
  const progress = watched(trainingProgress(plan, options.quiet), watcher);
  const checkpointing = new Checkpointing(
    store,
    options.checkpointEvery,
    (position, now) => checkpointParts({ config, fingerprint, position, network: now }),
    {
      onFailure: (error) =>
        progress.say(warning(`a checkpoint could not be written: ${error.message}; ${newestOf(store)}`)),
      onSuccessAgain: () => progress.say(remark(`checkpoints are written again: ${newestOf(store)}`)),
      beforeSaving: () => log.flush(),
    },
  );
  interrupts.whileSaving((signal) => {
    progress.end();
    process.stderr.write(`${signal}: saving what there is; once more to leave at once\n`);
  });
  const signal = eitherOf(interrupts.signal, watcher?.stop);
  ranks?.communicator.endWhen(() => signal.aborted);
  const start = performance.now();
  const observers = new Observers(options, folder, plan, (text) => progress.say(warning(text)));
  const { onSpans } = observers;
  let result: FitResult;
  let threadTimes: Run["threadTimes"];
  const { count: activeWorkers } = activeThreads(options, network, plan, ranks);
  let threadsAtWork = Math.min(activeWorkers, options.threadsAtWork ?? Number.POSITIVE_INFINITY);
  try {
    result = await fit(
      network,
      examples,
      {
        ...fitOptions,
        checkpoints: watcher === undefined ? checkpointing : alsoFor(watcher, checkpointing),
        onEpoch(report) {
          log.note(report, network);
          observers.onEpoch(report);
          progress.after(report);
        },
        onProgress: (now) => progress.during(now),
        signal,
      },
      {
        workers,
        update: options.update,
        ...(options.threadsAtWork === undefined ? {} : { threadsAtWork: options.threadsAtWork }),
        onThreads: (count) => {
          threadsAtWork = count;
        },
        ...(ranks && { communicator: ranks.communicator }),
        ...(watcher && { controls: watcher.controls }),
        ...spansFor(watcher?.onSpans, onSpans),
        profiling: "sampled",
        onProfile: (threads) => {
          threadTimes = threads;
        },
        onRetry: (retry) => {
          progress.say(warning(describeRetry(retry)));
          watcher?.onRetry(retry);
          observers.onRetry(retry);
        },
        onShortage: (shortage) => {
          threadsAtWork = Math.min(threadsAtWork, shortage.threads);
          progress.say(warning(describeShortage(shortage, "the run")));
        },
      },
    );
  } catch (error) {
    progress.end();
    await checkpointing.settle();
    if (!(error instanceof DivergenceError) && store.newest !== undefined) {
      const kept = `what was learnt before the failure is in ${printable(store.newest)}`;
      process.stderr.write(`${warning(`${kept}; go on with: pnpm train --resume ${shellPath(folder.path)}`)}\n`);
    }
    throw error;
  } finally {
    progress.end();
    await Promise.all([observers.finish(), checkpointing.settle(), log.close()]);
  }
  const seconds = (performance.now() - start) / 1000;
  ranks?.communicator.endWhen(() => false);
  if (network.parameters.length > MANY_PARAMETERS) await interrupts.beforeLongWork();
  await checkpointing.finish(result.position, network);
  // A stopped run resumes from its own weights, but returns the selected ones.
  const given = result.selected === undefined ? network : withParameters(network, result.selected.parameters);
  const { parameters = network.parameters } = result.position;
  const last = withParameters(network, parameters);
  const kept = { folder, options, dataset, network: given, last, plan, store };
  const run: Run = { ...kept, interrupts, log, activeWorkers, threadsAtWork, watcher, fingerprint, threadTimes };
  await conclude(run, result, seconds);
  if (checkpointing.failed || observers.failed) process.exitCode ??= EXIT.failure;
}

/** @throws InputError for output that only a single training writes */
function requireNoTrials(options: TrainOptions): void {
  const flag = WRITTEN_BY_ONE_TRAINING.find((name) => (options[name] ?? false) !== false);
  if (flag === undefined) return;
  throw new InputError({
    where: flagOf(flag),
    expected: "a run of one training",
    found: "a table, which a portfolio of many is tried on",
    remedy: "add --recipe notes, or leave it out",
  });
}

/** A table is trained by the portfolio unless flags set the training; a table of pixels counts as images. */
function withRecipe(options: TrainOptions, { columns, preprocessing }: Dataset): TrainOptions {
  const { isOpen, ...others } = options;
  const isTable = columns !== undefined && preprocessing.encoders.some(({ kind }) => kind !== "pixels");
  return isOpen && isTable ? { ...others, recipe: AUTO } : others;
}
