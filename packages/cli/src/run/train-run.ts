/** Trains on workers or on the main thread; both yield to the event loop. */
import type { Evaluation, Examples, FitOptions, FitResult, KernelChoice, Network } from "@scratch-nn/core";
import { evaluation } from "@scratch-nn/core/engine";
import * as parallel from "@scratch-nn/parallel";

type ThreadFlags = Pick<
  parallel.ParallelFitOptions,
  | "communicator"
  | "controls"
  | "onProfile"
  | "onRetry"
  | "onShortage"
  | "onSpans"
  | "onThreads"
  | "profiling"
  | "threadsAtWork"
  | "update"
>;

/**
 * @param threads.workers 0 runs core alone on this thread; the other flags about threads then have no effect, except on
 * one rank of several
 */
export function fit(
  network: Network,
  examples: Examples,
  options: FitOptions,
  threads: ThreadFlags & { readonly workers: number },
): Promise<FitResult> {
  if (threads.communicator !== undefined) {
    return parallel.fit(network, examples, { ...options, ...threads, workers: Math.max(1, threads.workers) });
  }
  if (threads.workers > 0) return parallel.fit(network, examples, { ...options, ...threads });
  const { onSpans } = threads;
  return parallel.fitAlone(network, examples, { ...options, ...(onSpans && { onSpans }) });
}

/** @param threads.workers 0 runs core alone on this thread */
export function evaluate(
  network: Network,
  examples: Examples,
  { kernels }: { readonly kernels: KernelChoice },
  threads: Pick<ThreadFlags, "onShortage"> & { readonly workers: number },
): Promise<Evaluation> {
  if (threads.workers > 0) return parallel.evaluate(network, examples, { kernels, ...threads });
  return parallel.drain(evaluation(network, examples, { kernels }));
}
