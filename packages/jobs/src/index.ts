/** Runs independent, stateless jobs on the threads of a threads.js pool. */
export { type JobKind, runJobs, streamJobs } from "./job-pool.ts";
export { JOB_WORKER, type MakeWorker } from "./thread-pool.ts";
export { type JobOutcome, type JobRetry, MOST_ATTEMPTS, type TriedKind, type TryOptions, tryJobs } from "./try-jobs.ts";
