/** Options about threads: how many, and which file they run. */
import { availableParallelism } from "node:os";
import { type OptionNames, requireInteger } from "@scratch-nn/core/engine";

/** The part of `node:worker_threads`' Worker that is used here, declared without Node's types. */
export interface WorkerThread {
  // biome-ignore-start lint/suspicious/noExplicitAny: as Node declares it, which nothing narrower fits.
  postMessage(message: any, transferList?: readonly any[]): void;
  once(event: string, listener: (...values: any[]) => void): unknown;
  // biome-ignore-end lint/suspicious/noExplicitAny: see above.
  terminate(): Promise<number>;
}

/** How many threads compute, and which file the workers run. */
export interface ThreadOptions {
  /** Threads that compute, including the calling one, from 1. Default: the value of `cores`. */
  readonly workers?: number;
  /**
   * Threads that may be at work at a time, from 1. Default: the machine's cores. More threads would only take turns, so
   * they are not started. It changes no bit.
   */
  readonly cores?: number;
  /**
   * The workers' file, for a bundled program: the URL or absolute path of the file bundled from
   * `@scratch-nn/parallel/worker`, or a function that starts a Worker of it. Default: that file in this package. See
   * the package's README.
   */
  readonly workerUrl?: { readonly href: string } | string | (() => WorkerThread);
}

/** A report that fewer threads run than were wanted. */
export interface Shortage {
  /** How many threads run, including the calling one. */
  readonly threads: number;
  readonly wanted: number;
  /** Why the first missing thread could not be started. */
  readonly reason: string;
}

/** The callback for threads that could not be started. */
export interface ShortageOptions {
  /** Called when a limit on processes, memory or addresses kept threads from starting. The others do the work. */
  readonly onShortage?: (shortage: Shortage) => void;
}

export const SHORTAGE_OPTIONS: OptionNames<ShortageOptions> = { onShortage: "function" };

/** How core's requireOptions checks them. */
export const THREAD_OPTIONS: OptionNames<ThreadOptions> = {
  workers: "checked",
  cores: "checked",
  workerUrl: "checked",
};

const MOST_WORKERS = 1024;

/**
 * How many threads compute: at most as many as there are cores to run them or shards to distribute.
 * @throws InputError when an option is out of range
 */
export function activeWorkers(options: ThreadOptions, shards: number): number {
  const { cores = availableParallelism() } = options;
  requireInteger("cores", cores, 1, MOST_WORKERS);
  const { workers = cores } = options;
  return Math.min(requireInteger("workers", workers, 1, MOST_WORKERS), cores, shards);
}
