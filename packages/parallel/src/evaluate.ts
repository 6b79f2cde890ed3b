import { setTimeout as sleep } from "node:timers/promises";
import type { Evaluation, Examples, KernelChoice, Network } from "@scratch-nn/core";
import {
  checkExamples,
  chooseKernels,
  defaultShards,
  evaluation,
  mergeEvaluation,
  requireNetwork,
  requireOptions,
} from "@scratch-nn/core/engine";
import { withDefaults } from "./options.ts";
import { drain } from "./runtime/event-loop.ts";
import { shared, sharedFeatures } from "./sync/memory.ts";
import { activeWorkers, THREAD_OPTIONS, type ThreadOptions } from "./threads/options.ts";
import { Watchdog } from "./threads/watchdog.ts";
import { WorkerError } from "./threads/worker-error.ts";
import { WorkerPool } from "./threads/worker-pool.ts";

/** Multiplications below which starting threads takes longer than they save: some 0.2 s of one core. */
const WORTH_THREADS = 4e9;

/**
 * Core's `evaluate` with the event loop alive, over worker threads where there is enough to do: the same figures,
 * also when a worker fails.
 * @throws InputError when the examples do not fit the network, or the workers' module is missing or does not run
 */
export async function evaluate(
  network: Network,
  examples: Examples,
  options: ThreadOptions & { readonly kernels?: KernelChoice; readonly patience?: number } = {},
): Promise<Evaluation> {
  requireOptions("options", options, { ...THREAD_OPTIONS, kernels: "checked", patience: "checked" });
  const { patience } = withDefaults(options);
  requireNetwork(network);
  const { kernels = "auto" } = options;
  const checked = checkExamples(examples, network.layers[0], network.layers.at(-1)!);
  const shards = defaultShards(checked.columns.length);
  const threads = activeWorkers(options, shards);
  const pool = new WorkerPool(threads, options);
  if (threads === 1 || checked.columns.length * network.parameters.length < WORTH_THREADS) {
    return drain(evaluation(network, examples, { kernels }));
  }
  const beats = new Int32Array(new SharedArrayBuffer(4 * threads));
  const watchdog = new Watchdog((worker) => Atomics.load(beats, worker - 1), patience);
  const ended = new AbortController();
  try {
    const common = {
      layers: network.layers,
      activation: network.activation,
      kernels: chooseKernels(kernels).name,
      shards,
      threads,
      beats,
      parameters: shared(network.parameters),
      examples: {
        ...checked,
        X: sharedFeatures(checked.X),
        labels: shared(checked.labels),
        columns: shared(checked.columns),
      },
    };
    const parts = await pool.call((remote, worker) =>
      Promise.race([remote.evaluate({ ...common, thread: worker - 1 }), watch(worker, watchdog, ended.signal)]),
    );
    return mergeEvaluation(network, checked.columns.length, parts);
  } catch (error) {
    if (!(error instanceof WorkerError)) throw error;
    // Without threads it takes longer, and gives the same figures.
    return drain(evaluation(network, examples, { kernels }));
  } finally {
    ended.abort();
    await pool.close();
  }
}

const LOOK_MILLISECONDS = 100;

/** Looks now and then whether a worker gets further, until somebody ends it. @throws WorkerError when it does not */
async function watch(worker: number, watchdog: Watchdog, ended: AbortSignal): Promise<never> {
  for (;;) {
    await sleep(LOOK_MILLISECONDS, undefined, { signal: ended });
    const lost = watchdog.waited(worker, LOOK_MILLISECONDS);
    if (lost !== undefined) throw lost;
  }
}
