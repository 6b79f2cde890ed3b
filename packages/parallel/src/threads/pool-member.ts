/** A worker thread of a pool, and its end. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import * as Comlink from "comlink";
import type { ShardWorker } from "./shard-worker.ts";
import { WorkerError } from "./worker-error.ts";

/**
 * How long a thread that was told to end may take: whatever it does, it is stopped at the next loop or call, on a busy
 * machine after it has had its turn.
 */
const END_MILLISECONDS = 60_000;

export interface PoolMember {
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
  /** Whether it was told to end. */
  isEnding: boolean;
  /** Whether somebody wanted to see it die. */
  isKilled: boolean;
  /** Whether another one would have as little room as this one. */
  isRefused: boolean;
}

/** @throws WorkerError when the thread does not end: it may write to the shared memory at any time */
export async function end(member: PoolMember): Promise<void> {
  const { number: worker, thread, remote, exit } = member;
  member.isEnding = true;
  remote[Comlink.releaseProxy]();
  void thread.terminate();
  if (await within(END_MILLISECONDS, exit)) return;
  throw new WorkerError(worker, `was told to end and did not, for ${END_MILLISECONDS / 1000} s`);
}

/** @returns whether it settled in time */
export async function within(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  const controller = new AbortController();
  const timeout = sleep(milliseconds, false, { signal: controller.signal }).catch(() => false);
  const inTime = await Promise.race([promise.then(() => true), timeout]);
  controller.abort();
  return inTime;
}
