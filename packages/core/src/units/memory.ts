/** The memory of steps that are cut by units, and the decision when they are. */
import type { Arena } from "../kernels/arena.ts";
import { type KernelLayout, MOST_COLUMNS } from "../kernels/kernels.ts";
import { layerShapes, packedLength } from "../passes/packed.ts";
import { layOutTile, mostShards, type Tile } from "../passes/tile.ts";
import type { TrainingShape } from "../reduction/step-memory.ts";
import { planStages, type UnitPlan } from "./stages.ts";

/** The memory that all threads share. */
export interface UnitMemory {
  /** The fewest threads that cut a step by units. */
  readonly fewest: number;
  /** The plan for a number of threads, made when it is first wanted; undefined where they cut the step by columns. */
  planOf(threads: number): UnitPlan | undefined;
  /** All columns of the batch. */
  readonly tile: Tile;
  /** How far the update of each gradient item is: see {@link Progress}. Zeros when a step begins. */
  readonly progress: Int32Array;
  readonly threads: readonly UnitBuffers[];
}

/** The buffers of one thread. */
export interface UnitBuffers {
  /** A panel of dW. */
  readonly dW: Float32Array;
  /** db of a panel. */
  readonly db: Float32Array;
  /** The number of columns of each shard. */
  readonly counts: Uint32Array;
  /** The old values of the parameters that the thread is updating, and of the optimiser's state. */
  readonly before: Float32Array;
}

/**
 * How far the update of a gradient item is. If its thread dies, another one restores the old values of the panel that
 * was being updated, and goes on from there.
 */
export interface Progress {
  /** The panels that are updated. */
  readonly done: number;
  /** The thread whose buffer holds the old values of the next panel, while that is being updated. */
  readonly holder: number | undefined;
}

/** A progress is one word, so that it changes at once: done HOLDERS + holder + 1. */
const HOLDERS = 2048;

export function readProgress(progress: Int32Array, item: number): Progress {
  const word = Atomics.load(progress, item);
  const holder = (word % HOLDERS) - 1;
  return { done: Math.floor(word / HOLDERS), holder: holder < 0 ? undefined : holder };
}

export function writeProgress(progress: Int32Array, item: number, { done, holder = -1 }: Progress): void {
  Atomics.store(progress, item, done * HOLDERS + holder + 1);
}

/** The shape of a training, without the number of its threads. */
export type UnitShape = Omit<TrainingShape, "threads">;

/**
 * Whether a step can be cut by units: it must fit into one tile, and there must be a hidden layer in panels. Dropout,
 * clipping and several ranks need the partial sums of columns.
 */
function canCut(shape: UnitShape, layout: KernelLayout): boolean {
  const { layers, batchSize, shards, dropout = false, clips = false, ranks } = shape;
  if (layout.panels === undefined || layers.length < 3 || layerShapes(layers)[1].byLanes) return false;
  if (batchSize > MOST_COLUMNS || shards > mostShards(layers, layout)) return false;
  return !dropout && !clips && ranks === undefined;
}

/** Nanoseconds for a number of a partial sum that is written by one thread and read by another: measured. */
const PER_SUM = 1.8;
/** Nanoseconds for a number of A or dZ that another thread has written. */
const PER_ACTIVATION = 0.4;
/** Nanoseconds of a stage besides its work: a barrier, and the uneven end. */
const PER_STAGE = 35_000;
/** With fewer threads, the other plan is as fast. */
const FEWEST_THREADS = 4;

/** Whether cutting by units is likely to be faster: few columns for the number of weights. */
function pays({ layers, batchSize }: UnitShape, layout: KernelLayout): boolean {
  const hidden = layers.slice(1, -1);
  const activations = batchSize * (layers[0] + 2 * hidden.reduce((sum, units) => sum + units, 0));
  const stages = 2 * layers.length;
  return packedLength(layers, layout) * PER_SUM > activations * PER_ACTIVATION + stages * PER_STAGE;
}

/** The fewest threads that cut the step by units; infinity if none do. */
export function fewestUnitThreads(shape: UnitShape, layout: KernelLayout): number {
  const { update } = shape;
  if ((update !== "auto" && update !== "units") || !canCut(shape, layout)) return Number.POSITIVE_INFINITY;
  if (update === "units") return 2;
  return pays(shape, layout) ? FEWEST_THREADS : Number.POSITIVE_INFINITY;
}

/** The maximum number of threads that have work in a step: its shards, or its items if it is cut by units. */
export function mostThreads(shape: UnitShape, layout: KernelLayout): number {
  const { shards, ranks } = shape;
  const own = ranks === undefined ? shards : Math.ceil(shards / ranks.ranks);
  if (fewestUnitThreads(shape, layout) === Number.POSITIVE_INFINITY) return own;
  const items = planStages(shape, MOST_COLUMNS, layout).stages.map(({ length }) => length);
  return Math.max(own, ...items);
}

/** Allocates it. @returns undefined if no number of threads cuts the step by units */
export function layOutUnits(shape: TrainingShape, layout: KernelLayout, arena: Arena): UnitMemory | undefined {
  const { layers, threads, slots = 0 } = shape;
  const fewest = fewestUnitThreads(shape, layout);
  if (threads < fewest) return undefined;
  const plans: UnitPlan[] = [];
  const planOf = (k: number): UnitPlan => {
    plans[k] ??= planStages(shape, k, layout);
    return plans[k];
  };
  const { units } = layout.panels!;
  const longest = Math.max(...layerShapes(layers).slice(1).map(layout.panelLength));
  return {
    fewest,
    planOf: (k) => (k < fewest ? undefined : planOf(k)),
    tile: layOutTile(shape, layout, arena),
    // More threads have smaller items, and so at least as many.
    progress: arena.int32(planOf(threads).gradients),
    threads: Array.from({ length: threads }, () => ({
      dW: arena.float32(longest),
      db: arena.float32(units),
      counts: arena.uint32(shape.shards),
      before: arena.float32((1 + slots) * (longest + units)),
    })),
  };
}
