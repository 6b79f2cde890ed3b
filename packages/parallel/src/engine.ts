/** What this package's tests need besides the public API. It may change with any version. */
export { type StepTiming, ThreadsAtWork } from "./sync/threads-at-work.ts";
