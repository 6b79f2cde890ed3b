export { activeWorkers, type CrewOptions, type WorkerThread } from "./crew-options.ts";
export { evaluate } from "./evaluate.ts";
export { drain, Turn, yieldToEventLoop } from "./event-loop.ts";
export { fit, type ParallelFitOptions } from "./fit.ts";
export type { ThreadProfile } from "./profile.ts";
export type { Setback } from "./setbacks.ts";
export { setV8Flags } from "./v8-flags.ts";
export { WorkerError } from "./worker-error.ts";
