/** The worker threads of a run: starts them, calls them through comlink, replaces failed ones, terminates them. */
import { MessageChannel } from "node:worker_threads";
import { InputError } from "@scratch-nn/core";
import * as Comlink from "comlink";
import { receiveErrors } from "./carry-errors.ts";
import type { ShortageOptions, ThreadOptions } from "./options.ts";
import { end, type PoolMember, within } from "./pool-member.ts";
import { roomForThreads } from "./room.ts";
import type { Hello, ShardWorker } from "./shard-worker.ts";
import { KilledError, StartError, WorkerError } from "./worker-error.ts";
import { cannotStart, isNoRoom, type WorkerModule, workerModule } from "./worker-module.ts";

type Task<Result> = (remote: Comlink.Remote<ShardWorker>, worker: number) => PromiseLike<Result>;

receiveErrors();

export class WorkerPool {
  /** Why the current calls cannot all succeed: the first death or failed call since {@link fill}. */
  failure: WorkerError | InputError | undefined;
  /** Whether a worker has ever begun. */
  hasBegun = false;
  /** The highest worker number plus 1: the number of threads, including main and gaps left by refused workers. */
  threads = 1;
  readonly #wanted: number;
  readonly #onShortage: ShortageOptions["onShortage"];
  /** The error of the first worker that could not be started, until it is reported to the caller. */
  #shortage: StartError | undefined;
  readonly #module: WorkerModule;
  /** By worker number. */
  readonly #members = new Map<number, PoolMember>();
  /** Numbers of the workers that {@link fill} will start. */
  #missing: number[];
  #isClosed = false;
  /** The error of a worker that exited before it had begun. */
  #silent: WorkerError | undefined;

  /**
   * Creates a pool without threads: {@link fill} starts them.
   * @throws InputError when `workerUrl` is not a URL, an absolute path or a function
   */
  constructor(size: number, { workerUrl, onShortage }: ThreadOptions & ShortageOptions) {
    this.#wanted = size;
    this.#onShortage = onShortage;
    this.#missing = Array.from({ length: size }, (_, i) => i + 1);
    this.#module = workerModule(workerUrl);
  }

  /** How many workers have not failed. */
  get size(): number {
    return [...this.#members.values()].filter(({ failed }) => !failed).length;
  }

  has(worker: number): boolean {
    return this.#members.has(worker);
  }

  /**
   * Starts the missing workers, as far as there is room for them.
   * @throws InputError when the caller's worker module starts no thread
   */
  fill(): void {
    this.failure = undefined;
    this.#startAll(this.#missing);
    this.#missing = [];
    this.threads = 1 + Math.max(0, ...this.#members.keys());
  }

  /** Calls `onShortage` if workers could not be started since the last call. */
  tellShortage(): void {
    const reason = this.#shortage?.message;
    this.#shortage = undefined;
    if (reason === undefined) return;
    this.#onShortage?.({ threads: 1 + this.size, wanted: 1 + this.#wanted, reason });
  }

  /** Starts a call on every worker. {@link failure} shows the first error; {@link settle} waits for the end. */
  start(task: Task<unknown>): void {
    for (const member of this.#members.values()) {
      member.call = this.#call(member, task).then(
        () => {},
        () => {},
      );
    }
  }

  /**
   * Calls every worker.
   * @returns by worker number, a promise of the result; it rejects with the pool's first failure
   */
  calls<Result>(task: Task<Result>): Map<number, Promise<Result>> {
    const calls = new Map([...this.#members].map(([worker, member]) => [worker, this.#call(member, task)]));
    // A call that fails before the caller awaits it must not count as an unhandled rejection.
    for (const call of calls.values()) call.catch(() => {});
    return calls;
  }

  /** Ignores the workers from now on. Call it after {@link settle}. */
  forget(): void {
    this.#isClosed = true;
    this.failure = undefined;
  }

  /** Marks a worker as lost. */
  giveUp(error: WorkerError): void {
    const member = this.#members.get(error.worker);
    if (member !== undefined) member.failed = true;
    this.failure ??= error;
  }

  /**
   * Terminates a worker at once, like a crash. Its failure is detected like any other.
   * @returns false if there is no such worker, or it is already ending
   */
  kill(worker: number): boolean {
    const member = this.#members.get(worker);
    if (member === undefined || member.failed || member.isEnding || member.isKilled) return false;
    member.isKilled = true;
    void member.thread.terminate();
    return true;
  }

  /**
   * Waits until all calls are over, and terminates workers that failed or take longer than `milliseconds`. {@link fill}
   * replaces these, except workers that the system refused. Afterwards no worker is at work.
   * @throws WorkerError when a thread does not exit
   */
  async settle(milliseconds: number): Promise<void> {
    await Promise.all(
      [...this.#members.values()].map(async (member) => {
        if (!member.failed) member.failed = !(await within(milliseconds, member.call));
        if (!member.failed) return;
        await end(member);
        this.#members.delete(member.number);
        if (!member.isRefused) this.#missing.push(member.number);
      }),
    );
  }

  /**
   * Waits until every worker has begun, for at most `milliseconds`.
   * @throws InputError, or WorkerError, when no worker could begin because the caller's worker module is wrong
   */
  async haveBegun(milliseconds: number): Promise<void> {
    const begun = Array.from(this.#members.values(), ({ ready, death }) =>
      Promise.race([ready, death.catch(() => {})]),
    );
    await within(milliseconds, Promise.all(begun));
    if (this.failure instanceof InputError) throw this.failure;
    if (!this.hasBegun && this.#silent !== undefined) throw this.#silent;
  }

  /** Terminates every thread, busy or not. Settles when all have exited. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(Array.from(this.#members.values(), end));
  }

  /** Races a call with the thread's death, because a call to a dead comlink endpoint would never settle. */
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

  #startAll(numbers: readonly number[]): void {
    const room = roomForThreads(numbers.length, this.#module.name);
    for (const [i, number] of numbers.entries()) {
      try {
        if (i >= room) throw new StartError(number, "the limit on addresses (ulimit -v) leaves no room for it");
        this.#members.set(number, this.#start(number));
      } catch (error) {
        if (!(error instanceof StartError || this.hasBegun || isNoRoom(error))) throw error;
        this.#shortage ??= error instanceof StartError ? error : new StartError(number, reasonOf(error as Error));
        // There is no room for further threads either.
        return;
      }
    }
  }

  #start(worker: number): PoolMember {
    const thread = this.#module.start();
    const { port1, port2 } = new MessageChannel();
    // The worker sets it once its module has run. It is shared memory because a message may arrive after an error.
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
        reject(this.#failureOf(worker, cause, isUp()));
      });
      thread.once("exit", (code: number) => {
        if (member.isKilled) {
          reject(new KilledError(worker));
          return;
        }
        if (isUp() || hasFailed || member.isEnding) {
          reject(new WorkerError(worker, `stopped in the middle of its work (exit code ${code})`));
          return;
        }
        // Either the module starts no worker, or the thread was ended from outside before it began. A retry shows
        // which.
        const what = `ended without a sign of life: ${this.#module.name} may start no worker`;
        this.#silent = new WorkerError(worker, `${what} (exit code ${code})`);
        reject(this.#silent);
      });
    });
    // Node's MessagePort is a comlink endpoint; only its declared type is narrower.
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
      isEnding: false,
      isKilled: false,
      isRefused: false,
    };
    death.catch((error: WorkerError | InputError) => {
      member.failed = true;
      if (this.#isClosed) return;
      member.isRefused = error instanceof StartError;
      if (error instanceof StartError) this.#shortage ??= error;
      this.failure ??= error;
    });
    return member;
  }

  /** @param isUp whether the worker's module has run */
  #failureOf(worker: number, cause: Error, isUp: boolean): WorkerError | InputError {
    if (isUp) return new WorkerError(worker, `failed: ${cause.message}`, { cause });
    // If the module has run before, the caller's worker module is not at fault.
    if (isNoRoom(cause) || this.hasBegun) return new StartError(worker, reasonOf(cause), { cause });
    return cannotStart(this.#module.name, cause);
  }
}

/** Explains EAGAIN, which is all that Node reports when the system refuses a thread. */
function reasonOf({ message }: Error): string {
  return /\bEAGAIN$/.test(message)
    ? `${message}, a limit on processes and threads (ulimit -u, or a container's)`
    : message;
}

function describe(worker: number, error: unknown): WorkerError | InputError {
  if (error instanceof WorkerError || error instanceof InputError) return error;
  return new WorkerError(worker, `failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
