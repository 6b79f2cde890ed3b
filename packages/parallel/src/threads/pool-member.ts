/** A worker thread of a pool, and how it is terminated. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import * as Comlink from "comlink";
import type { ShardWorker } from "./shard-worker.ts";
import { WorkerError } from "./worker-error.ts";

/**
 * How long a thread may take to terminate. V8 stops it at its next loop iteration or call; on a busy machine, the
 * thread must first get a core.
 */
const END_MILLISECONDS = 60_000;

export interface PoolMember {
  /** From 1. */
  readonly number: number;
  readonly thread: Worker;
  readonly remote: Comlink.Remote<ShardWorker>;
  /** Rejects when the thread dies; otherwise never settles. */
  readonly death: Promise<never>;
  /** Settles when its module has run. */
  readonly ready: Promise<void>;
  /** Settles when the thread has exited. */
  readonly exit: Promise<void>;
  /** The current call; settles when the call succeeds or fails. */
  call: Promise<void>;
  failed: boolean;
  /** Whether the pool is terminating it. */
  isEnding: boolean;
  /** Whether the caller asked to kill it. */
  isKilled: boolean;
  /** Whether the system refused the thread, so that a replacement would be refused too. */
  isRefused: boolean;
}

/** Terminates a worker. @throws WorkerError when it does not exit: it may then write to shared memory at any time */
export async function end(member: PoolMember): Promise<void> {
  const { number: worker, thread, remote, exit } = member;
  member.isEnding = true;
  remote[Comlink.releaseProxy]();
  void thread.terminate();
  if (await within(END_MILLISECONDS, exit)) return;
  throw new WorkerError(worker, `was told to end and did not, for ${END_MILLISECONDS / 1000} s`);
}

/** @returns whether the promise resolved in time */
export async function within(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  const controller = new AbortController();
  const timeout = sleep(milliseconds, false, { signal: controller.signal }).catch(() => false);
  const inTime = await Promise.race([promise.then(() => true), timeout]);
  controller.abort();
  return inTime;
}
