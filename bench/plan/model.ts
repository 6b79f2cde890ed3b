/**
 * Predicts the time of a step on R ranks of T threads each from measurements on one machine. B is the columns and S the
 * shards of a batch, P the bytes of the parameters, and A the seconds to add one partial sum of P bytes to another:
 *
 *   step    = compute + reduce + update + network + other
 *   compute = c slowdown(T) columns(R, T)
 *   reduce  = allReduce(P, T) + (tasks - T) A / T               one rank, each thread updates a slice
 *             barrier(T) + (tasks - 1) A                        one rank, main updates alone
 *             barrier(T) + (tasks - 1 + N - 1) A                several ranks: main adds its own, then all received
 *   update  = u / slices
 *   network = latency + (N - n) P / bandwidth                   several ranks: each sends its sums to all others
 *   other   = o
 *
 * - c is the time of a column on one thread (convert, forward, backward, and the sums within a task), u that of the
 *   update, and o that of the rest of a step. They divide the step time of core alone in the proportions that
 *   `bench step` measures.
 * - slowdown(T) is the slowdown of a thread while T threads train independently and share only the data.
 * - columns(R, T) are the columns of the thread with the most columns: shards are not divided.
 * - allReduce and barrier are the figures of `bench reduce`.
 * - N is the total number of subtrees, in the tree over shards, that the ranks' runs of shards consist of, and n is the
 *   least number of one rank: R and 1 if R is a power of two.
 *
 * The model ignores work stealing, overlap of communication and computation, and shared links.
 */
import { type KernelLayout, planStep, runStart } from "@scratch-nn/core/engine";
import type { Network } from "./network.ts";

/** The figures of T threads of one machine. */
export interface ThreadFigures {
  readonly threads: number;
  readonly slowdown: number;
  /** Seconds. */
  readonly barrier: number;
  readonly allReduce: number;
}

/** All times in seconds. */
export interface StepFigures {
  readonly layers: readonly number[];
  readonly layout: KernelLayout;
  readonly batch: number;
  readonly parameterBytes: number;
  readonly perColumn: number;
  readonly update: number;
  readonly other: number;
  readonly addition: number;
  readonly threads: readonly ThreadFigures[];
}

export interface Cluster {
  readonly ranks: number;
  /** The number of threads of each rank. */
  readonly threads: number;
  /** The number of shards of a batch; at least the number of ranks. */
  readonly shards: number;
  readonly network: Network;
}

export const PARTS = ["compute", "reduce", "update", "network", "other"] as const;
export type Part = (typeof PARTS)[number];

export interface Prediction {
  /** The seconds of each part of a step. */
  readonly parts: Readonly<Record<Part, number>>;
  readonly seconds: number;
  /** Examples a second. */
  readonly speed: number;
  /** The part that takes the most time. */
  readonly bottleneck: Part;
}

/** Predicts a step. @param figures must include the cluster's number of threads */
export function predictStep(figures: StepFigures, { ranks, threads, shards, network }: Cluster): Prediction {
  const { layers, layout, batch, parameterBytes, addition } = figures;
  const measured = figures.threads.find((each) => each.threads === threads);
  if (measured === undefined) throw new RangeError(`expected a number of threads that was measured, found ${threads}`);
  const own = Math.ceil(shards / ranks);
  const shape = { layers, batchSize: Math.ceil(batch / ranks), shards: own };
  const { tasks, slices } = planStep(shape, threads, "auto", layout);
  const columns = Math.min(batch, Math.ceil(own / threads) * Math.ceil(batch / shards));
  const { all, fewest } = subtreesOf(shards, ranks);

  const inSlices = measured.allReduce + (Math.max(0, tasks.length - threads) * addition) / threads;
  const byMain = measured.barrier + (tasks.length - 1 + (ranks > 1 ? all - 1 : 0)) * addition;
  const parts = {
    compute: figures.perColumn * measured.slowdown * columns,
    reduce: ranks === 1 && slices.length > 1 ? inSlices : threads === 1 && ranks === 1 ? 0 : byMain,
    update: figures.update / slices.length,
    network: ranks === 1 ? 0 : network.latency + ((all - fewest) * parameterBytes) / network.bandwidth,
    other: figures.other,
  };
  const seconds = PARTS.reduce((sum, part) => sum + parts[part], 0);
  const bottleneck = PARTS.reduce((most, part) => (parts[part] > parts[most] ? part : most));
  return { parts, seconds, speed: batch / seconds, bottleneck };
}

/**
 * Counts the subtrees, in the tree over shards, that the ranks' runs of shards consist of: in total, and of the rank
 * with the fewest.
 */
export function subtreesOf(shards: number, ranks: number): { readonly all: number; readonly fewest: number } {
  const counts = Array.from({ length: ranks }, (_, rank) => {
    const end = runStart(shards, ranks, rank + 1);
    let count = 0;
    for (let at = runStart(shards, ranks, rank); at < end; count++) {
      let size = 1;
      while (at % (2 * size) === 0 && at + 2 * size <= end) size *= 2;
      at += size;
    }
    return count;
  });
  return { all: counts.reduce((sum, count) => sum + count, 0), fewest: Math.min(...counts) };
}
