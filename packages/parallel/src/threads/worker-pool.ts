/** The worker threads of a run: started, spoken to through comlink, watched, replaced, isClosed. */
import { setTimeout as sleep } from "node:timers/promises";
import { MessageChannel, type Worker } from "node:worker_threads";
import { InputError } from "@scratch-nn/core";
import * as Comlink from "comlink";
import { receiveErrors } from "./carry-errors.ts";
import type { ThreadOptions } from "./options.ts";
import type { Hello, ShardWorker } from "./shard-worker.ts";
import { WorkerError } from "./worker-error.ts";
import { cannotStart, type WorkerModule, workerModule } from "./worker-module.ts";

/**
 * How long a thread that was told to end may take: whatever it does, it is stopped at the next loop or call, on a busy
 * machine after it has had its turn.
 */
const END_MILLISECONDS = 60_000;

interface PoolMember {
  /** From 1. */
  readonly number: number;
  readonly thread: Worker;
  readonly remote: Comlink.Remote<ShardWorker>;
  /** Rejects when the thread dies; otherwise never settles. */
  readonly death: Promise<never>;
  /** Settles when its module has been run. */
  readonly ready: Promise<void>;
  /** Settles when it is gone. */
  readonly exit: Promise<void>;
  /** The call under way; settles when it is over, well or not. */
  call: Promise<void>;
  failed: boolean;
}

type Task<Result> = (remote: Comlink.Remote<ShardWorker>, worker: number) => PromiseLike<Result>;

receiveErrors();

export class WorkerPool {
  /** Why the calls under way cannot all succeed: the first death or failed call since {@link start}. */
  failure: WorkerError | InputError | undefined;
  /** Whether a worker has ever begun. */
  hasBegun = false;
  readonly size: number;
  readonly #module: WorkerModule;
  readonly #members: PoolMember[] = [];
  #isClosed = false;
  /** That of a worker which ended before it had begun. */
  #silent: WorkerError | undefined;

  /**
   * Threads begin with the first call.
   * @throws InputError when `workerUrl` is nothing that could be started
   */
  constructor(size: number, { workerUrl }: ThreadOptions) {
    this.size = size;
    this.#module = workerModule(workerUrl);
  }

  /** Begins a call of every worker; how it goes is seen in {@link failure}, its end by {@link settle}. */
  start(task: Task<unknown>): void {
    this.failure = undefined;
    this.#startMissing();
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
    this.#startMissing();
    return Promise.all(this.#members.map((member) => this.#call(member, task)));
  }

  /** After {@link settle}: what becomes of the workers is of no interest any more. */
  forget(): void {
    this.#isClosed = true;
    this.failure = undefined;
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
    await Promise.all(
      this.#members.map(async (member, i) => {
        if (!member.failed) member.failed = !(await within(milliseconds, member.call));
        if (!member.failed) return;
        await end(member);
        if (!this.#isClosed) this.#members[i] = this.#start(member.number);
      }),
    );
  }

  /**
   * Waits until every worker has begun, for so long at most.
   * @throws InputError, or WorkerError, when it turns out that none could: what the caller gave is wrong
   */
  async haveBegun(milliseconds: number): Promise<void> {
    const begun = this.#members.map(({ ready, death }) => Promise.race([ready, death.catch(() => {})]));
    await within(milliseconds, Promise.all(begun));
    if (this.failure instanceof InputError) throw this.failure;
    if (!this.hasBegun && this.#silent !== undefined) throw this.#silent;
  }

  /** Ends every thread, at work or not. Settles when they are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#members.map(end));
  }

  /** A call to a dead comlink endpoint would never settle, so it is raced with the thread's death. */
  async #call<Result>(member: PoolMember, task: Task<Result>): Promise<Result> {
    const { number: worker, remote, death } = member;
    try {
      return await Promise.race([task(remote, worker), death]);
    } catch (error) {
      member.failed = true;
      this.failure ??= describe(worker, error);
      throw this.failure;
    }
  }

  #startMissing(): void {
    while (this.#members.length < this.size) this.#members.push(this.#start(this.#members.length + 1));
  }

  #start(worker: number): PoolMember {
    const { port1, port2 } = new MessageChannel();
    const thread = this.#module.start();
    // The worker sets it once its module has been run; it is shared because messages may come later than an error.
    const up = new Int32Array(new SharedArrayBuffer(4));
    const isUp = (): boolean => Atomics.load(up, 0) === 1;
    const hello: Hello = { port: port2, up };
    thread.postMessage(hello, [port2]);
    const ready = new Promise<void>((resolve) => {
      thread.once("message", () => {
        this.hasBegun = true;
        resolve();
      });
    });
    const exit = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
    let hasFailed = false;
    const death = new Promise<never>((_, reject) => {
      thread.once("error", (cause: Error) => {
        hasFailed = true;
        const isAccident = isUp() || isNodes(cause);
        reject(
          isAccident
            ? new WorkerError(worker, `failed: ${cause.message}`, { cause })
            : cannotStart(this.#module.name, cause),
        );
      });
      thread.once("exit", (code: number) => {
        if (isUp() || hasFailed) {
          reject(new WorkerError(worker, `stopped in the middle of its work (exit code ${code})`));
          return;
        }
        // A module that starts no worker ends like this, and so does a thread that is ended from outside just then:
        // another try tells.
        const what = `ended without a sign of life: ${this.#module.name} may start no worker`;
        this.#silent = new WorkerError(worker, `${what} (exit code ${code})`);
        reject(this.#silent);
      });
    });
    // A MessagePort of Node is a comlink endpoint; only its type says less than it does.
    const remote = Comlink.wrap<ShardWorker>(port1 as unknown as Comlink.Endpoint);
    const member: PoolMember = {
      number: worker,
      thread,
      remote,
      death,
      ready,
      exit,
      call: Promise.resolve(),
      failed: false,
    };
    death.catch((error: WorkerError | InputError) => {
      member.failed = true;
      if (!this.#isClosed) this.failure ??= error;
    });
    return member;
  }
}

/** Whether Node had no room for the thread: memory, or threads of the system. That may be better the next time. */
function isNodes(error: Error): boolean {
  return "code" in error && String(error.code).startsWith("ERR_WORKER_");
}

/** @throws WorkerError when the thread does not end: it may write to the shared memory at any time */
async function end({ number: worker, thread, remote, exit }: PoolMember): Promise<void> {
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
