/** The worker threads of a run: started, spoken to through comlink, watched, dismissed. */
import { availableParallelism } from "node:os";
import { MessageChannel, Worker } from "node:worker_threads";
import { InputError, requireInteger } from "@scratch-nn/core";
import * as Comlink from "comlink";
import { receiveErrors } from "./carry-errors.ts";
import type { ShardWorker } from "./shard-worker.ts";

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

/** How many threads a caller asked for, and may use at a time. */
export interface CrewOptions {
  /** Threads that compute, the calling one among them, from 1. Default: as many as there are cores. */
  readonly workers?: number;
  /**
   * Threads that may be at work at a time, from 1. Default: the machine's cores. Threads beyond it would only
   * take turns; they are not started. It changes no bit.
   */
  readonly cores?: number;
}

const MOST_WORKERS = 1024;

/**
 * How many threads compute: no more than there are cores to run them or shards to give them.
 * @throws InputError when an option is out of range
 */
export function activeWorkers(options: CrewOptions, shards: number): number {
  const cores = requireInteger("cores", options.cores ?? availableParallelism(), 1, MOST_WORKERS);
  const workers = requireInteger("workers", options.workers ?? cores, 1, MOST_WORKERS);
  return Math.min(workers, cores, shards);
}

// Node's type stripping and the published JavaScript give this file different names.
const WORKER_FILE = new URL(
  import.meta.url.endsWith(".ts") ? "./shard-worker.ts" : "./shard-worker.js",
  import.meta.url,
);

interface Member {
  /** From 1. */
  readonly number: number;
  readonly thread: Worker;
  readonly remote: Comlink.Remote<ShardWorker>;
  /** Rejects when the thread dies; otherwise never settles. */
  readonly death: Promise<never>;
}

receiveErrors();

export class Crew {
  /** Why the run cannot go on: the first death or failed call. */
  failure: Error | undefined;
  readonly #members: readonly Member[];
  #dismissed = false;

  constructor(size: number) {
    this.#members = Array.from({ length: size }, (_, i) => this.#hire(i + 1));
  }

  get size(): number {
    return this.#members.length;
  }

  /**
   * Calls every worker and waits for all. A call to a dead comlink endpoint would never settle, so
   * each is raced with the thread's death.
   * @throws the first failure, also kept in {@link failure}
   */
  async call<Result>(
    task: (remote: Comlink.Remote<ShardWorker>, worker: number) => PromiseLike<Result>,
  ): Promise<Result[]> {
    const calls = this.#members.map(async ({ number: worker, remote, death }) => {
      try {
        return await Promise.race([task(remote, worker), death]);
      } catch (error) {
        this.failure ??= describe(worker, error);
        throw this.failure;
      }
    });
    return Promise.all(calls);
  }

  /** Ends every thread, at work or not. Settles when they are gone. */
  async dismiss(): Promise<void> {
    this.#dismissed = true;
    for (const { remote } of this.#members) remote[Comlink.releaseProxy]();
    await Promise.all(this.#members.map(({ thread }) => thread.terminate()));
  }

  #hire(worker: number): Member {
    const { port1, port2 } = new MessageChannel();
    const thread = new Worker(WORKER_FILE, { workerData: { port: port2 }, transferList: [port2] });
    const death = new Promise<never>((_, reject) => {
      thread.once("error", (cause: Error) => reject(new WorkerError(worker, `failed: ${cause.message}`, { cause })));
      thread.once("exit", (code) =>
        reject(new WorkerError(worker, `stopped in the middle of its work (exit code ${code})`)),
      );
    });
    death.catch((error: Error) => {
      if (!this.#dismissed) this.failure ??= error;
    });
    // A MessagePort of Node is a comlink endpoint; only its type says less than it does.
    return { number: worker, thread, remote: Comlink.wrap<ShardWorker>(port1 as unknown as Comlink.Endpoint), death };
  }
}

function describe(worker: number, error: unknown): Error {
  if (error instanceof WorkerError || error instanceof InputError) return error;
  return new WorkerError(worker, `failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
