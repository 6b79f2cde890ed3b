/** The API for a file that a pool's threads run. */
import { expose as exposeFunction } from "threads/worker";

/** Makes this thread run a pool's jobs with `work`. Call it once in a file. */
export function expose<Job, Result>(work: (job: Job) => Result | Promise<Result>): void {
  exposeFunction(work as (job: unknown) => unknown);
}
