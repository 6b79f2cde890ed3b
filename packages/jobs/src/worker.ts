/** For a file that threads of a pool run. */
import { expose as exposeFunction } from "threads/worker";

/** Has this thread do a pool's jobs. Once in a file. */
export function expose<Job, Result>(work: (job: Job) => Result | Promise<Result>): void {
  exposeFunction(work as (job: unknown) => unknown);
}
