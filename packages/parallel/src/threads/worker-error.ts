/** A worker thread failed or went away in the middle of its work. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
  /** The worker's number, from 1; the thread that called is 0. */
  readonly worker: number;

  constructor(worker: number, what: string, options?: { readonly cause?: unknown }) {
    super(`worker ${worker} ${what}`, options);
    this.worker = worker;
  }
}
