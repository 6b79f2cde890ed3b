/** Training as the command does it: on workers or on the main thread, the event loop alive either way. */
import {
  type Evaluation,
  type Examples,
  evaluation,
  type FitOptions,
  type FitResult,
  type KernelChoice,
  type Network,
  training,
} from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";

/** How long the main thread computes before it lets the event loop have its turn. */
const TURN_MILLISECONDS = 10;

/** @param workers 0: core alone, on this thread */
export function fit(network: Network, examples: Examples, options: FitOptions, workers: number): Promise<FitResult> {
  if (workers > 0) return parallel.fit(network, examples, { ...options, workers });
  return drain(training(network, examples, options));
}

/** @param workers 0: core alone, on this thread */
export function evaluate(
  network: Network,
  examples: Examples,
  options: { readonly kernels: KernelChoice },
  workers: number,
): Promise<Evaluation> {
  if (workers > 0) return parallel.evaluate(network, examples, { ...options, workers });
  return drain(evaluation(network, examples, options));
}

async function drain<Result>(steps: Generator<unknown, Result>): Promise<Result> {
  const turn = new parallel.Turn(TURN_MILLISECONDS);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (turn.isOver()) await turn.yield();
  }
}
