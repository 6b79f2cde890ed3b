/** The worker threads of a run: started, spoken to through comlink, watched, replaced, dismissed. */
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { MessageChannel, Worker } from "node:worker_threads";
import { InputError, type OptionNames, requireInteger } from "@scratch-nn/core";
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

/** For core's requireOptions. */
export const CREW_OPTIONS: OptionNames<CrewOptions> = { workers: "checked", cores: "checked" };

const MOST_WORKERS = 1024;

/**
 * How many threads compute: no more than there are cores to run them or shards to give them.
 * @throws InputError when an option is out of range
 */
export function activeWorkers(options: CrewOptions, shards: number): number {
  const { cores = availableParallelism() } = options;
  requireInteger("cores", cores, 1, MOST_WORKERS);
  const { workers = cores } = options;
  return Math.min(requireInteger("workers", workers, 1, MOST_WORKERS), cores, shards);
}

// Node's type stripping and the published JavaScript give this file different names.
const WORKER_FILE = new URL(
  import.meta.url.endsWith(".ts") ? "./shard-worker.ts" : "./shard-worker.js",
  import.meta.url,
);

/** A worker's matrices lie in shared memory; what it needs of a heap is little, and a leak ends it, not the process. */
const HEAP_MEGABYTES = 256;

/**
 * How long a thread that was told to end may take: whatever it does, it is stopped at the next loop or call, on a busy
 * machine after it has had its turn.
 */
const END_MILLISECONDS = 60_000;

interface Member {
  /** From 1. */
  readonly number: number;
  readonly thread: Worker;
  readonly remote: Comlink.Remote<ShardWorker>;
  /** Rejects when the thread dies; otherwise never settles. */
  readonly death: Promise<never>;
  /** Settles when it is gone. */
  readonly exit: Promise<void>;
  /** The call under way; settles when it is over, well or not. */
  call: Promise<void>;
  failed: boolean;
}

type Task<Result> = (remote: Comlink.Remote<ShardWorker>, worker: number) => PromiseLike<Result>;

receiveErrors();

export class Crew {
  /** Why the calls under way cannot all succeed: the first death or failed call since {@link start}. */
  failure: WorkerError | InputError | undefined;
  #members: Member[];
  #dismissed = false;

  constructor(size: number) {
    this.#members = Array.from({ length: size }, (_, i) => this.#hire(i + 1));
  }

  get size(): number {
    return this.#members.length;
  }

  /** Begins a call of every worker; how it goes is seen in {@link failure}, its end by {@link settle}. */
  start(task: Task<unknown>): void {
    this.failure = undefined;
    for (const member of this.#members) {
      member.call = this.#call(member, task).then(
        () => {},
        () => {},
      );
    }
  }

  /**
   * Calls every worker and waits for all.
   * @throws the first failure, also kept in {@link failure}
   */
  async call<Result>(task: Task<Result>): Promise<Result[]> {
    return Promise.all(this.#members.map((member) => this.#call(member, task)));
  }

  /** Says that a worker has to be taken for lost. */
  giveUp(error: WorkerError): void {
    const member = this.#members[error.worker - 1];
    member.failed = true;
    this.failure ??= error;
  }

  /**
   * Waits until all calls are over; workers that failed, or take longer than that, are ended and replaced.
   * Nobody is at work afterwards.
   * @throws WorkerError when a thread does not end
   */
  async settle(milliseconds: number): Promise<void> {
    const members = await Promise.all(
      this.#members.map(async (member) => {
        if (!member.failed) member.failed = !(await within(milliseconds, member.call));
        if (!member.failed) return member;
        await end(member);
        return this.#hire(member.number);
      }),
    );
    this.#members = members;
  }

  /** Ends every thread, at work or not. Settles when they are gone. */
  async dismiss(): Promise<void> {
    this.#dismissed = true;
    await Promise.allSettled(this.#members.map(end));
  }

  /** A call to a dead comlink endpoint would never settle, so it is raced with the thread's death. */
  async #call<Result>(member: Member, task: Task<Result>): Promise<Result> {
    const { number: worker, remote, death } = member;
    try {
      return await Promise.race([task(remote, worker), death]);
    } catch (error) {
      member.failed = true;
      this.failure ??= describe(worker, error);
      throw this.failure;
    }
  }

  #hire(worker: number): Member {
    const { port1, port2 } = new MessageChannel();
    const thread = new Worker(WORKER_FILE, {
      workerData: { port: port2 },
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
    });
    const exit = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
    const death = new Promise<never>((_, reject) => {
      thread.once("error", (cause: Error) => reject(new WorkerError(worker, `failed: ${cause.message}`, { cause })));
      thread.once("exit", (code) =>
        reject(new WorkerError(worker, `stopped in the middle of its work (exit code ${code})`)),
      );
    });
    // A MessagePort of Node is a comlink endpoint; only its type says less than it does.
    const remote = Comlink.wrap<ShardWorker>(port1 as unknown as Comlink.Endpoint);
    const member: Member = { number: worker, thread, remote, death, exit, call: Promise.resolve(), failed: false };
    death.catch((error: WorkerError) => {
      member.failed = true;
      if (!this.#dismissed) this.failure ??= error;
    });
    return member;
  }
}

/** @throws WorkerError when the thread does not end: it may write to the shared memory at any time */
async function end({ number: worker, thread, remote, exit }: Member): Promise<void> {
  remote[Comlink.releaseProxy]();
  void thread.terminate();
  if (await within(END_MILLISECONDS, exit)) return;
  throw new WorkerError(worker, `was told to end and did not, for ${END_MILLISECONDS / 1000} s`);
}

/** @returns whether it settled in time */
async function within(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  const controller = new AbortController();
  const timeout = sleep(milliseconds, false, { signal: controller.signal }).catch(() => false);
  const inTime = await Promise.race([promise.then(() => true), timeout]);
  controller.abort();
  return inTime;
}

function describe(worker: number, error: unknown): WorkerError | InputError {
  if (error instanceof WorkerError || error instanceof InputError) return error;
  return new WorkerError(worker, `failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
