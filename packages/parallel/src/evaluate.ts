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
  options: ThreadOptions & { readonly kernels?: KernelChoice } = {},
): Promise<Evaluation> {
  requireOptions("options", options, { ...THREAD_OPTIONS, kernels: "checked" });
  requireNetwork(network);
  const { kernels = "auto" } = options;
  const checked = checkExamples(examples, network.layers[0], network.layers.at(-1)!);
  const shards = defaultShards(checked.columns.length);
  const threads = activeWorkers(options, shards);
  const pool = new WorkerPool(threads, options);
  if (threads === 1 || checked.columns.length * network.parameters.length < WORTH_THREADS) {
    return drain(evaluation(network, examples, { kernels }));
  }
  try {
    const common = {
      layers: network.layers,
      activation: network.activation,
      kernels: chooseKernels(kernels).name,
      shards,
      threads,
      parameters: shared(network.parameters),
      examples: {
        ...checked,
        X: sharedFeatures(checked.X),
        labels: shared(checked.labels),
        columns: shared(checked.columns),
      },
    };
    const parts = await pool.call((remote, worker) => remote.evaluate({ ...common, thread: worker - 1 }));
    return mergeEvaluation(network, checked.columns.length, parts.flat());
  } catch (error) {
    if (!(error instanceof WorkerError)) throw error;
    // Without threads it takes longer, and gives the same figures.
    return drain(evaluation(network, examples, { kernels }));
  } finally {
    await pool.close();
  }
}
