/** Runs a sweep with its data, plan, threads, signals, saved results and progress. */
import { availableParallelism } from "node:os";
import { InputError } from "@scratch-nn/core";
import { parameterCount } from "@scratch-nn/core/engine";
import type { Dataset, DatasetSize } from "@scratch-nn/data";
import type { Command } from "commander";
import { flagsByKey } from "../options/config-keys.ts";
import { lasting } from "../options/run-config.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { EXIT } from "../output/exit.ts";
import { readable } from "../output/printable.ts";
import { colorsFor, counted, table, thousands, warning } from "../output/report.ts";
import type { Interrupts } from "../run/interrupts.ts";
import { planTrialsMemory } from "../run/memory-plan.ts";
import { SWEEP } from "../run/new-folder.ts";
import { type KnownData, type OpenedData, openData } from "../run/open-data.ts";
import { readingThreads } from "../run/reading-threads.ts";
import type { RunFolder } from "../run/run-folder.ts";
import { concludeSweep } from "./conclude-sweep.ts";
import { Deadline } from "./deadline.ts";
import type { Candidate, SweepPlan } from "./plan-sweep.ts";
import { type KeptResult, ResultStore } from "./result-store.ts";
import { measureFor } from "./results.ts";
import { type RungOptions, runRungs } from "./run-rungs.ts";
import type { SweepOptions } from "./sweep-options.ts";
import { type SweepProgress, sweepProgress } from "./sweep-progress.ts";

/** A new or resumed sweep with its folder. */
export interface Sweep {
  readonly command: Command;
  readonly plan: SweepPlan;
  readonly folder: RunFolder;
  readonly known: KnownData | undefined;
  readonly isResumed: boolean;
}

/** Flags that change no figure, or apply to one process only. */
const NOT_KEPT: ReadonlySet<string> = new Set(["workers", "kernels", "json", "quiet", "out", "time"]);

/** @throws InputError for invalid data, or a time that is too short for one run; the folder is then removed */
export async function runSweep(sweep: Sweep, interrupts: Interrupts): Promise<void> {
  const { command, plan, folder } = sweep;
  const { time } = command.opts<SweepOptions>();
  const store = new ResultStore(folder.path);
  const stop = new AbortController();
  const runs: Runs = { store, kept: [], stop, count: 0, deadline: undefined };
  try {
    runs.kept = sweep.isResumed ? await keptResults(store, plan) : [];
    runs.count = runs.kept.length;
    runs.deadline = new Deadline(time, () => {
      if (runs.count === 0) stop.abort();
    });
    await run(sweep, runs, interrupts);
  } catch (error) {
    await interrupts.goOn();
    if (runs.count === 0) await folder.discard();
    throw error;
  } finally {
    runs.deadline?.dispose();
  }
}

/** The state of a sweep's runs. */
interface Runs {
  readonly store: ResultStore;
  /** Runs that an earlier process has completed. */
  kept: readonly KeptResult[];
  /** The number of completed runs. */
  count: number;
  readonly stop: AbortController;
  deadline: Deadline | undefined;
}

async function run(sweep: Sweep, runs: Runs, interrupts: Interrupts): Promise<void> {
  const { command, plan, folder, known } = sweep;
  const { store, stop } = runs;
  const options = command.opts<SweepOptions>();
  const workers = options.workers === 0 ? 0 : Math.min(readingThreads(options.workers), plan.candidates.length);
  const { dataset, sha256 } = await openSweepData(command, plan, { known, workers, signal: interrupts.signal });
  await interrupts.goOn();
  await folder.write({ [SWEEP]: keptFlags(command, plan, sha256) }, "no run was begun");
  await interrupts.goOn();
  if (!options.quiet) process.stderr.write(`${describeSweep(plan, dataset, options, workers)}\n\n`);
  const progress = sweepProgress(plan, measureFor(dataset, options.by), runsOf(plan), options.quiet);
  interrupts.whileSaving((signal) => {
    progress.end();
    process.stderr.write(`${signal}: the runs that are done are kept; once more to leave at once\n`);
    stop.abort();
  });
  let isUnkept = false;
  const start = performance.now();
  const found = await runRungs(dataset, plan, {
    ...tellers(progress),
    by: measureFor(dataset, options.by),
    threads: workers,
    kept: runs.kept,
    mayBegin: () => runs.deadline?.isOver !== true,
    signal: stop.signal,
    async onResult(result, isLasting, results) {
      runs.count++;
      progress.after(result, results);
      if (isLasting && !isUnkept) isUnkept = !(await isSaved(store, result, progress));
    },
  }).finally(() => progress.end());
  if (runs.count === 0 && runs.deadline?.isOver && interrupts.exitCode === undefined) throw timeTooShort(options);
  const seconds = (performance.now() - start) / 1000;
  await concludeSweep({ command, folder, plan, dataset, sha256, found, seconds }, interrupts);
  if (isUnkept) process.exitCode ??= EXIT.failure;
}

async function keptResults(store: ResultStore, plan: SweepPlan): Promise<KeptResult[]> {
  const kept = await store.load();
  for (const result of kept) store.requireSame(result, plan.candidates[result.run - 1]?.settings);
  return kept;
}

/** The total number of runs, over all rungs. */
function runsOf({ candidates, rungs }: SweepPlan): number {
  return rungs.reduce((sum, _, k) => sum + (rungs[k - 1]?.keep ?? candidates.length), 0);
}

async function openSweepData(
  command: Command,
  plan: SweepPlan,
  {
    known,
    workers,
    signal,
  }: { readonly known: KnownData | undefined; readonly workers: number; readonly signal: AbortSignal },
): Promise<OpenedData> {
  const largest = (size: DatasetSize): TrainOptions => largestOf(plan.candidates, size).options;
  const { options } = plan.candidates[0];
  const opened = await openData({ ...options, workers: command.opts().workers }, known, signal, (size) =>
    planTrialsMemory(size, largest(size), workers),
  );
  // Shared memory: threads read the arrays in place.
  const { dataset } = opened;
  return { ...opened, dataset: { ...dataset, train: shared(dataset.train), validation: shared(dataset.validation!) } };
}

function largestOf(candidates: readonly Candidate[], { inputs, classes = 10 }: DatasetSize): Candidate {
  const sizeOf = ({ options }: Candidate): number => parameterCount([inputs, ...options.hidden, classes]);
  return candidates.reduce((a, b) => (sizeOf(b) > sizeOf(a) ? b : a));
}

function shared(numbers: Uint32Array): Uint32Array {
  const copy = new Uint32Array(new SharedArrayBuffer(numbers.byteLength));
  copy.set(numbers);
  return copy;
}

/** The sweep's flags as a config, which --resume and --config read. */
function keptFlags(command: Command, { search, candidates }: SweepPlan, dataSha256: string): string {
  const values: Record<string, unknown> = {};
  for (const key of flagsByKey(command).keys()) {
    if (!NOT_KEPT.has(key) && command.getOptionValue(key) !== undefined) values[key] = command.getOptionValue(key);
  }
  const { data, runs } = command.opts<SweepOptions>();
  const drawn = search === "grid" || (search === "halving" && runs === undefined) ? {} : { runs: candidates.length };
  return `${JSON.stringify({ ...values, data: lasting(data), search, ...drawn, dataSha256 }, null, 2)}\n`;
}

function describeSweep(plan: SweepPlan, dataset: Dataset, options: SweepOptions, workers: number): string {
  const { search, swept, candidates, rungs } = plan;
  const parts = [dataset.train, dataset.validation!, dataset.test];
  const [learn, compare, test] = parts.map(({ length }) => thousands(length));
  const over = swept.map(({ key, flag }) => {
    const values = new Set(candidates.map(({ settings }) => settings[key]));
    return `${flag} (${counted(values.size, "value")})`;
  });
  const steps = rungs.map(({ epochs }, k) => `${rungs[k - 1]?.keep ?? candidates.length} of ${epochs} epochs`);
  const rows: [string, string][] = [
    [
      "data",
      `${readable(dataset.name)}: ${learn} examples to train on, ${compare} to compare runs on, ${test} to test the best on`,
    ],
    ...dataset.remarks.map((line): [string, string] => ["", readable(line)]),
    [
      "sweep",
      `${search}, ${counted(candidates.length, "run")} over ${over.join(", ")}; best by ${measureFor(dataset, options.by)}`,
    ],
    ...(rungs.length > 1 ? ([["rungs", steps.join(", then ")]] satisfies [string, string][]) : []),
    ...plan.remarks.map((line): [string, string] => ["", readable(line)]),
    [
      "threads",
      workers === 0
        ? "the main one, a run at a time"
        : `${workers}, a run each; ${counted(availableParallelism(), "core")}`,
    ],
  ];
  return table(rows, colorsFor(process.stderr));
}

function tellers(progress: SweepProgress): Pick<RungOptions, "onRetry" | "onAlone" | "onProgress"> {
  return {
    onRetry: (run, { reason }) => progress.say(warning(`run ${run}: ${reason}; it is begun again`)),
    onAlone: (reason) => progress.say(warning(`${reason}; the main thread does the runs`)),
    onProgress: (done) => progress.during(done),
  };
}

/** A run that could not be saved still appears in the table. */
async function isSaved(store: ResultStore, result: KeptResult, progress: SweepProgress): Promise<boolean> {
  try {
    await store.save(result);
    return true;
  } catch (error) {
    progress.say(warning(`run ${result.run} could not be kept: ${(error as Error).message}; the sweep goes on`));
    return false;
  }
}

function timeTooShort({ time }: SweepOptions): InputError {
  return new InputError({
    where: "--time",
    expected: "time for at least one run",
    found: `${time} s, in which none was done`,
    remedy: "pass more of it, fewer epochs or fewer examples",
  });
}
