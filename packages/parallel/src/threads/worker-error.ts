/** A worker thread failed or went away in the middle of its work. */
export class WorkerError extends Error {
  override readonly name: string = "WorkerError";
  /** The worker's number, from 1; the thread that called is 0. */
  readonly worker: number;

  constructor(worker: number, what: string, options?: { readonly cause?: unknown }) {
    super(`worker ${worker} ${what}`, options);
    this.worker = worker;
  }
}

/** A worker thread could not be started, and the next try would find no more room for it: others do its work. */
export class StartError extends WorkerError {
  override readonly name = "StartError";

  constructor(worker: number, reason: string, options?: { readonly cause?: unknown }) {
    super(worker, `could not be started: ${reason}`, options);
  }
}

/** A worker that was ended because the caller wanted it. */
export class KilledError extends WorkerError {
  override readonly name = "KilledError";

  constructor(worker: number) {
    super(worker, "was ended on request");
  }
}
