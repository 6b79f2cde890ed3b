/** How many threads a caller asks for, and what they run. */
import { availableParallelism } from "node:os";
import { type OptionNames, requireInteger } from "@scratch-nn/core/engine";

/** What is needed of a Worker of `node:worker_threads`, in words that need no types of Node. */
export interface WorkerThread {
  // biome-ignore-start lint/suspicious/noExplicitAny: as Node declares it, which nothing narrower fits.
  postMessage(message: any, transferList?: readonly any[]): void;
  once(event: string, listener: (...values: any[]) => void): unknown;
  // biome-ignore-end lint/suspicious/noExplicitAny: see above.
  terminate(): Promise<number>;
}

/** How many threads a caller asked for, and may use at a time. */
export interface ThreadOptions {
  /** Threads that compute, the calling one among them, from 1. Default: as many as there are cores. */
  readonly workers?: number;
  /**
   * Threads that may be at work at a time, from 1. Default: the machine's cores. Threads beyond it would only
   * take turns; they are not started. It changes no bit.
   */
  readonly cores?: number;
  /**
   * What workers run, for a program that is bundled: where the file is that was made of `@scratch-nn/parallel/worker`,
   * as a URL or an absolute path; or a function that starts a Worker of it. Default: that file in this package. See the
   * package's README.
   */
  readonly workerUrl?: { readonly href: string } | string | (() => WorkerThread);
}

/** Fewer threads than there were to be. */
export interface Shortage {
  /** That are there, the calling one among them. */
  readonly threads: number;
  readonly wanted: number;
  /** Of the first that could not be started. */
  readonly reason: string;
}

/** What is told of threads that cannot be started. */
export interface ShortageOptions {
  /** Called when threads could not be started, for a limit on processes, memory or addresses: the others do the work. */
  readonly onShortage?: (shortage: Shortage) => void;
}

export const SHORTAGE_OPTIONS: OptionNames<ShortageOptions> = { onShortage: "function" };

/** For core's requireOptions. */
export const THREAD_OPTIONS: OptionNames<ThreadOptions> = {
  workers: "checked",
  cores: "checked",
  workerUrl: "checked",
};

const MOST_WORKERS = 1024;

/**
 * How many threads compute: no more than there are cores to run them or shards to give them.
 * @throws InputError when an option is out of range
 */
export function activeWorkers(options: ThreadOptions, shards: number): number {
  const { cores = availableParallelism() } = options;
  requireInteger("cores", cores, 1, MOST_WORKERS);
  const { workers = cores } = options;
  return Math.min(requireInteger("workers", workers, 1, MOST_WORKERS), cores, shards);
}
