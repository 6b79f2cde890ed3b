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
    const parts = await Promise.race([
      pool.call((remote, worker) => remote.evaluate({ ...common, thread: worker - 1 })),
      silence(beats, patience, ended.signal),
    ]);
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

const LOOK_MILLISECONDS = 250;

/**
 * Looks now and then whether every worker gets further; goes on until one does not, or somebody ends it.
 * @param patience milliseconds without a sign of life; those in which this process slept itself do not count
 * @throws WorkerError
 */
async function silence(beats: Int32Array, patience: number, ended: AbortSignal): Promise<never> {
  const seen = Array.from(beats, (beat) => ({ beat, milliseconds: 0 }));
  for (;;) {
    await sleep(LOOK_MILLISECONDS, undefined, { signal: ended });
    for (const [thread, before] of seen.entries()) {
      const beat = Atomics.load(beats, thread);
      seen[thread] = { beat, milliseconds: beat === before.beat ? before.milliseconds + LOOK_MILLISECONDS : 0 };
    }
    // One that has done its part is silent, too; whoever waits for all of them knows better by then.
    if (seen.every(({ milliseconds }) => milliseconds >= patience)) {
      throw new WorkerError(1, `gave no sign of life for ${patience / 1000} s`);
    }
  }
}
