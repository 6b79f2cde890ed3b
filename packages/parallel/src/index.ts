export { type JobRetry, MOST_ATTEMPTS } from "@scratch-nn/jobs";
export { evaluate } from "./evaluate.ts";
export { fit } from "./fit.ts";
export { fitAlone } from "./fit-alone.ts";
export type { FitControls, ParallelFitOptions } from "./options.ts";
export type { Communicator } from "./ranks/communicator.ts";
export { drain, Turn, yieldToEventLoop } from "./runtime/event-loop.ts";
export type { Span } from "./runtime/lane.ts";
export type { Profiling, ThreadProfile } from "./runtime/profile.ts";
export type { SpanOptions } from "./runtime/spans.ts";
export { setV8Flags } from "./runtime/v8-flags.ts";
export { activeWorkers, type Shortage, type ThreadOptions, type WorkerThread } from "./threads/options.ts";
export type { Retry } from "./threads/retry-policy.ts";
export { WorkerError } from "./threads/worker-error.ts";
export { runTrials, type TrialOptions } from "./trials/run-trials.ts";
export {
  hasFailed,
  type Trial,
  type TrialData,
  type TrialFailure,
  type TrialFitOptions,
  type TrialNetwork,
  type TrialOutcome,
  type TrialResult,
} from "./trials/trial.ts";
