/**
 * What a step takes on R ranks of T threads each, from what was measured on one machine. With B columns and S shards to a
 * batch, P bytes of parameters, and A seconds to add one partial sum of P bytes to another:
 *
 *   step    = compute + reduce + update + network + other
 *   compute = c slowdown(T) columns(R, T)
 *   reduce  = allReduce(P, T) + (tasks - T) A / T               one rank, where threads update a slice each
 *             barrier(T) + (tasks - 1) A                        one rank, where main updates alone
 *             barrier(T) + (tasks - 1 + N - 1) A                several ranks: main adds up its own, then all that came
 *   update  = u / slices
 *   network = latency + (N - n) P / bandwidth                   several ranks: each sends its sums to all others
 *   other   = o
 *
 * c is what a column takes on one thread (convert, forward, backward, and the sums within a task), u what its update takes, o all
 * else of its step: shares of bench step's figures of the time that core alone takes. slowdown(T) is how much longer a thread takes while T of them train side by
 * side and share nothing but the data. columns(R, T) are those of the thread that has most: shards are not divided.
 * allReduce and barrier are bench reduce's. N is how many subtrees of the tree over shards the ranks' runs of shards are,
 * all together, and n how many a rank has at least: R and 1 where R is a power of two.
 *
 * It leaves out that threads take tasks of others, that exchange might overlap with computing, and that links are shared.
 */
import { type KernelLayout, planStep, runStart } from "@scratch-nn/core/engine";
import type { Network } from "./network.ts";

/** Of T threads of one machine. */
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
  /** Of each rank. */
  readonly threads: number;
  /** Of a batch; at least as many as ranks. */
  readonly shards: number;
  readonly network: Network;
}

export const PARTS = ["compute", "reduce", "update", "network", "other"] as const;
export type Part = (typeof PARTS)[number];

export interface Prediction {
  /** Seconds of a step. */
  readonly parts: Readonly<Record<Part, number>>;
  readonly seconds: number;
  /** Examples a second. */
  readonly speed: number;
  /** The part that takes the most. */
  readonly bottleneck: Part;
}

/** @param figures must have the number of threads */
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
 * Into how many subtrees of the tree over shards the ranks' runs of shards fall: all together, and of the rank that has
 * fewest.
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
