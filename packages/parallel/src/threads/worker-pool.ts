/** The worker threads of a run: started, spoken to through comlink, watched, replaced, dismissed. */
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
  /** Why the calls under way cannot all succeed: the first death or failed call since {@link start}. */
  failure: WorkerError | InputError | undefined;
  /** Whether a worker has ever begun. */
  hasBegun = false;
  /** How many threads there are up to the last worker, main among them. */
  threads = 1;
  readonly #wanted: number;
  readonly #onShortage: ShortageOptions["onShortage"];
  /** The first worker that could not be started, until the caller is told. */
  #shortage: StartError | undefined;
  readonly #module: WorkerModule;
  /** By their numbers. */
  readonly #members = new Map<number, PoolMember>();
  /** Those that are to be started. */
  #missing: number[];
  #isClosed = false;
  /** That of a worker which ended before it had begun. */
  #silent: WorkerError | undefined;

  /**
   * Threads begin with the first call.
   * @throws InputError when `workerUrl` is nothing that could be started
   */
  constructor(size: number, { workerUrl, onShortage }: ThreadOptions & ShortageOptions) {
    this.#wanted = size;
    this.#onShortage = onShortage;
    this.#missing = Array.from({ length: size }, (_, i) => i + 1);
    this.#module = workerModule(workerUrl);
  }

  /** How many workers there are that have not failed. */
  get size(): number {
    return [...this.#members.values()].filter(({ failed }) => !failed).length;
  }

  has(worker: number): boolean {
    return this.#members.has(worker);
  }

  /**
   * Starts the workers that are missing, as far as there is room for them.
   * @throws InputError when what the caller gave starts no thread
   */
  fill(): void {
    this.failure = undefined;
    this.#startAll(this.#missing);
    this.#missing = [];
    this.threads = 1 + Math.max(0, ...this.#members.keys());
  }

  /** Tells the caller if workers could not be started since the last time. */
  tellShortage(): void {
    const reason = this.#shortage?.message;
    this.#shortage = undefined;
    if (reason === undefined) return;
    this.#onShortage?.({ threads: 1 + this.size, wanted: 1 + this.#wanted, reason });
  }

  /** Begins a call of every worker; how it goes is seen in {@link failure}, its end by {@link settle}. */
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
   * @returns for each, by its number, a promise of its result; it rejects with its failure
   */
  calls<Result>(task: Task<Result>): Map<number, Promise<Result>> {
    const calls = new Map([...this.#members].map(([worker, member]) => [worker, this.#call(member, task)]));
    // One that fails before anybody waits for it is no unhandled failure.
    for (const call of calls.values()) call.catch(() => {});
    return calls;
  }

  /** After {@link settle}: what becomes of the workers is of no interest any more. */
  forget(): void {
    this.#isClosed = true;
    this.failure = undefined;
  }

  /** Says that a worker has to be taken for lost. */
  giveUp(error: WorkerError): void {
    const member = this.#members.get(error.worker);
    if (member !== undefined) member.failed = true;
    this.failure ??= error;
  }

  /**
   * Ends a worker in the middle of whatever it does, as an accident would: its failure is noticed like any other.
   * @returns false where there is no such worker, or it is about to end already
   */
  kill(worker: number): boolean {
    const member = this.#members.get(worker);
    if (member === undefined || member.failed || member.isEnding || member.isKilled) return false;
    member.isKilled = true;
    void member.thread.terminate();
    return true;
  }

  /**
   * Waits until all calls are over; workers that failed, or take longer than that, are ended: {@link fill} replaces
   * them, but for those that could not be started. Nobody is at work afterwards.
   * @throws WorkerError when a thread does not end
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
   * Waits until every worker has begun, for so long at most.
   * @throws InputError, or WorkerError, when it turns out that none could: what the caller gave is wrong
   */
  async haveBegun(milliseconds: number): Promise<void> {
    const begun = Array.from(this.#members.values(), ({ ready, death }) =>
      Promise.race([ready, death.catch(() => {})]),
    );
    await within(milliseconds, Promise.all(begun));
    if (this.failure instanceof InputError) throw this.failure;
    if (!this.hasBegun && this.#silent !== undefined) throw this.#silent;
  }

  /** Ends every thread, at work or not. Settles when they are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(Array.from(this.#members.values(), end));
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

  #startAll(numbers: readonly number[]): void {
    const room = roomForThreads(numbers.length, this.#module.name);
    for (const [i, number] of numbers.entries()) {
      try {
        if (i >= room) throw new StartError(number, "the limit on addresses (ulimit -v) leaves no room for it");
        this.#members.set(number, this.#start(number));
      } catch (error) {
        if (!(error instanceof StartError || this.hasBegun || isNoRoom(error))) throw error;
        this.#shortage ??= error instanceof StartError ? error : new StartError(number, reasonOf(error as Error));
        // Another one would find no more.
        return;
      }
    }
  }

  #start(worker: number): PoolMember {
    const thread = this.#module.start();
    const { port1, port2 } = new MessageChannel();
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

  /** @param isUp whether its module has been run */
  #failureOf(worker: number, cause: Error, isUp: boolean): WorkerError | InputError {
    if (isUp) return new WorkerError(worker, `failed: ${cause.message}`, { cause });
    // A module that has run before and does not any more is no fault of what the caller gave.
    if (isNoRoom(cause) || this.hasBegun) return new StartError(worker, reasonOf(cause), { cause });
    return cannotStart(this.#module.name, cause);
  }
}

/** All that Node says of a thread that the system refuses is EAGAIN. */
function reasonOf({ message }: Error): string {
  return /\bEAGAIN$/.test(message)
    ? `${message}, a limit on processes and threads (ulimit -u, or a container's)`
    : message;
}

function describe(worker: number, error: unknown): WorkerError | InputError {
  if (error instanceof WorkerError || error instanceof InputError) return error;
  return new WorkerError(worker, `failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
