/** Training without worker threads: core's fit with the event loop alive. */
import { type Examples, type FitOptions, type FitResult, type Network, training } from "@scratch-nn/core";
import { FIT_OPTIONS, requireOptions } from "@scratch-nn/core/engine";
import { drain, TURN_MILLISECONDS, Turn } from "./runtime/event-loop.ts";
import { RunSpans, type SpanOptions } from "./runtime/spans.ts";

/**
 * Runs core's `fit` on the calling thread and yields to the event loop every 10 ms.
 * @param options core's options, and `onSpans`, which receives the spans of this one thread
 * @throws the errors of core's `fit`
 */
export async function fitAlone(
  network: Network,
  examples: Examples,
  options: FitOptions & SpanOptions,
): Promise<FitResult> {
  const zero = RunSpans.zeroOf(options);
  requireOptions("options", options, { ...FIT_OPTIONS, onSpans: "function" });
  const { onSpans, ...own } = options;
  if (onSpans === undefined) return drain(training(network, examples, own));
  const spans = new RunSpans({ threads: 1, step: (own.from?.steps ?? 0) + 1, zero, onSpans });
  const { lane } = spans;
  const turn = new Turn(TURN_MILLISECONDS);
  try {
    const work = training(network, examples, own, lane);
    for (let step = work.next(); ; step = work.next()) {
      if (step.done) return step.value;
      spans.tick();
      if (!turn.isOver()) continue;
      lane.pause();
      await turn.yield();
      lane.resume();
    }
  } finally {
    spans.finish();
  }
}
