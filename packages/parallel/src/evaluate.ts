import { setTimeout as sleep } from "node:timers/promises";
import { type EvaluateOptions, type Evaluation, type Examples, InputError, type Network } from "@scratch-nn/core";
import {
  checkExamples,
  chooseKernels,
  defaultShards,
  evaluateShard,
  evaluation,
  evaluationBench,
  mergeEvaluation,
  planLoss,
  requireNetwork,
  requireOptions,
} from "@scratch-nn/core/engine";
import { withDefaults } from "./options.ts";
import { drain } from "./runtime/event-loop.ts";
import { shared, sharedFeatures } from "./sync/memory.ts";
import { evaluateShards, type ShardsDone, shardBeat, shardWords } from "./sync/shards-to-do.ts";
import {
  activeWorkers,
  SHORTAGE_OPTIONS,
  type ShortageOptions,
  THREAD_OPTIONS,
  type ThreadOptions,
} from "./threads/options.ts";
import { Watchdog } from "./threads/watchdog.ts";
import { WorkerError } from "./threads/worker-error.ts";
import { WorkerPool } from "./threads/worker-pool.ts";

/** Multiplications below which starting threads takes longer than they save: about 0.2 s of one core. */
const WORTH_THREADS = 4e9;

/** Whether an evaluation is large enough to start threads. */
export function isWorthThreads(examples: number, parameters: number): boolean {
  return examples * parameters >= WORTH_THREADS;
}

export interface ParallelEvaluateOptions extends EvaluateOptions, ThreadOptions, ShortageOptions {
  /** Milliseconds without a heartbeat after which a worker counts as lost: see `fit`. */
  readonly patience?: number;
}

const EVALUATE_OPTIONS = {
  ...THREAD_OPTIONS,
  ...SHORTAGE_OPTIONS,
  loss: "checked",
  kernels: "checked",
  patience: "checked",
} as const;

/**
 * Evaluates a network like core's `evaluate`, on worker threads if there is enough work. The event loop stays alive.
 * The figures are the same, also when a worker fails or cannot be started.
 * @throws InputError when the examples do not fit the network, or the workers' module is missing or does not run
 */
export async function evaluate(
  network: Network,
  examples: Examples,
  options: ParallelEvaluateOptions = {},
): Promise<Evaluation> {
  requireOptions("options", options, EVALUATE_OPTIONS);
  const { patience } = withDefaults(options);
  requireNetwork(network);
  const { kernels = "auto" } = options;
  const loss = planLoss(options.loss, network.output, network.layers.at(-1)!);
  const given = checkExamples(examples, network);
  const { length } = given.columns;
  const shards = defaultShards(length);
  const threads = activeWorkers(options, shards);
  const pool = new WorkerPool(threads - 1, options);
  if (threads === 1 || !isWorthThreads(length, network.parameters.length)) {
    return drain(evaluation(network, examples, { ...(options.loss && { loss: options.loss }), kernels }));
  }
  const checked = {
    ...given,
    X: sharedFeatures(given.X),
    labels: shared(given.labels),
    targets: shared(given.targets),
    columns: shared(given.columns),
  };
  const source = chooseKernels(kernels);
  const words = shardWords(threads);
  const work = {
    layers: network.layers,
    activation: network.activation,
    output: network.output,
    loss,
    parameters: shared(network.parameters),
    kernels: source.name,
    examples: checked,
    shards,
    words,
  };
  const watchdog = new Watchdog({ beatOf: (worker) => shardBeat(words, worker), patience });
  const bench = evaluationBench(network, checked, source, loss);
  try {
    pool.fill();
    pool.tellShortage();
    const calls = pool.calls((remote, worker) => remote.evaluate({ ...work, thread: worker }));
    const done: ShardsDone[] = [await drain(watchdog.timed(evaluateShards(bench, shards, words, 0)))];
    await haveBegun(pool, patience);
    pool.tellShortage();
    for (const [worker, call] of calls) {
      const part = shardBeat(words, worker) === 0 ? undefined : await resultOf(worker, call, watchdog);
      if (part !== undefined) done.push(part);
    }
    const sums = new Map(done.flatMap((part) => [...part.sums]));
    // Main recomputes shards that a lost worker took, and counts them with its own.
    for (let s = 0; s < shards; s++) {
      if (!sums.has(s)) sums.set(s, await drain(evaluateShard(bench, shards, s)));
    }
    const all = Array.from({ length: shards }, (_, s) => sums.get(s)!);
    const [, ...workers] = done;
    const parts = [
      { sums: all, confusion: bench.figures.confusion.toCounts() },
      ...workers.map(({ confusion }) => ({ sums: [], confusion })),
    ];
    return mergeEvaluation(network, checked, parts);
  } finally {
    bench.release();
    await pool.close();
  }
}

/**
 * Waits until every worker has begun, with a time limit.
 * @throws InputError when the caller's worker module is wrong
 */
async function haveBegun(pool: WorkerPool, milliseconds: number): Promise<void> {
  try {
    await pool.haveBegun(milliseconds);
  } catch (error) {
    // Main evaluates all shards itself if no worker begins.
    if (!(error instanceof WorkerError)) throw error;
  }
}

const LOOK_MILLISECONDS = 20;

/** Waits for a worker's result. @returns undefined when the worker failed or makes no progress */
async function resultOf(
  worker: number,
  call: Promise<ShardsDone>,
  watchdog: Watchdog,
): Promise<ShardsDone | undefined> {
  const result = call.catch((error: unknown) => {
    if (error instanceof InputError) throw error;
    return undefined;
  });
  for (;;) {
    const ended = new AbortController();
    const look = sleep(LOOK_MILLISECONDS, "look" as const, { signal: ended.signal }).catch(() => "look" as const);
    const first = await Promise.race([result, look]);
    ended.abort();
    if (first !== "look") return first;
    if (watchdog.waited(worker, LOOK_MILLISECONDS) !== undefined) return undefined;
  }
}
