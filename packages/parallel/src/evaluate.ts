import {
  checkExamples,
  defaultShards,
  type Evaluation,
  type Examples,
  type KernelChoice,
  mergeEvaluation,
  type Network,
} from "@scratch-nn/core";
import { activeWorkers, Crew, type CrewOptions } from "./crew.ts";
import { shared } from "./memory.ts";

/**
 * Core's `evaluate` over worker threads: the same figures, the event loop alive.
 * @throws InputError when the examples do not fit the network
 * @throws WorkerError when a worker fails or dies
 */
export async function evaluate(
  network: Network,
  examples: Examples,
  options: CrewOptions & { readonly kernels?: KernelChoice } = {},
): Promise<Evaluation> {
  const checked = checkExamples(examples, network.layers[0], network.layers.at(-1)!);
  const shards = defaultShards(checked.columns.length);
  const workers = activeWorkers(options, shards);
  const crew = new Crew(workers);
  try {
    const common = {
      layers: network.layers,
      activation: network.activation,
      kernels: options.kernels ?? "auto",
      scale: checked.scale,
      shards,
      workers,
      parameters: shared(network.parameters),
      examples: { ...checked, X: shared(checked.X), labels: shared(checked.labels), columns: shared(checked.columns) },
    };
    const parts = await crew.call((remote, worker) => remote.evaluate({ ...common, worker }));
    return mergeEvaluation(network, checked.columns.length, parts.flat());
  } finally {
    await crew.dismiss();
  }
}
