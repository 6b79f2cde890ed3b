/** Training as the command does it: on workers or on the main thread, the event loop alive either way. */
import {
  type Evaluation,
  type Examples,
  evaluation,
  type FitResult,
  type KernelChoice,
  type Network,
  training,
} from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";

/** @param workers 0: core alone, on this thread */
export function fit(
  network: Network,
  examples: Examples,
  options: parallel.ParallelFitOptions,
  workers: number,
): Promise<FitResult> {
  if (workers > 0) return parallel.fit(network, examples, { ...options, workers });
  return parallel.drain(training(network, examples, options));
}

/** @param workers 0: core alone, on this thread */
export function evaluate(
  network: Network,
  examples: Examples,
  options: { readonly kernels: KernelChoice },
  workers: number,
): Promise<Evaluation> {
  if (workers > 0) return parallel.evaluate(network, examples, { ...options, workers });
  return parallel.drain(evaluation(network, examples, options));
}
