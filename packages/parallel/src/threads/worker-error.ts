/** A worker thread failed or exited during its work. */
export class WorkerError extends Error {
  override readonly name: string = "WorkerError";
  /** The worker's number, from 1; 0 is the calling thread. */
  readonly worker: number;

  constructor(worker: number, what: string, options?: { readonly cause?: unknown }) {
    super(`worker ${worker} ${what}`, options);
    this.worker = worker;
  }
}

/** A worker thread could not be started, and a retry would not find room for it either. Other threads do its work. */
export class StartError extends WorkerError {
  override readonly name = "StartError";

  constructor(worker: number, reason: string, options?: { readonly cause?: unknown }) {
    super(worker, `could not be started: ${reason}`, options);
  }
}

/** A worker was terminated on the caller's request. */
export class KilledError extends WorkerError {
  override readonly name = "KilledError";

  constructor(worker: number) {
    super(worker, "was ended on request");
  }
}
