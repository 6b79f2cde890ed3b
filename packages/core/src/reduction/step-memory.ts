/** The memory of training steps: the name and shape of every region, for one thread or several. */
import { type Arena, bytesOf } from "../kernels/arena.ts";
import type { KernelLayout } from "../kernels/kernels.ts";
import type { ParameterViews } from "../model/network.ts";
import { layOutNetwork, type PackedNetwork, type PassesShape, packedLength, viewPacked } from "../passes/packed.ts";
import { layOutScratch, layOutTile, type Tile, withoutDropout } from "../passes/tile.ts";
import type { BatchTotals, Workbench } from "./gradient.ts";
import { layOutPartials, type Partials } from "./partials.ts";
import { planRanks, type RankPlan, type RankShape } from "./ranks.ts";
import { defaultShards } from "./shards.ts";
import { CHUNK, type Journal } from "./slices.ts";
import { planStep, type StepPlan, type StepShape, type UpdateMode } from "./step-plan.ts";

/** The properties that determine the layout of the memory, as numbers that can be sent to every thread. */
export interface TrainingShape extends StepShape, PassesShape {
  /** m */
  readonly examples: number;
  /** The maximum number of threads that compute. */
  readonly threads: number;
  readonly update: UpdateMode;
  /** Whether gradients are clipped, so that main updates alone; default false. */
  readonly clips?: boolean;
  /** The validation examples after every epoch; default none. */
  readonly validation?: {
    readonly examples: number;
    /** Whether X is of bytes here and of floats in training, or vice versa. */
    readonly isOtherType: boolean;
  };
}

export interface StepMemory {
  /**
   * plans[k], for k from 1: the plan of a step for at most k threads. A step for exactly plans[k].threads threads has
   * the same plan.
   */
  readonly plans: readonly StepPlan[];
  /** W1, b1, W2, b2, ..., and what is derived from them. */
  readonly network: PackedNetwork;
  /** The optimiser's state, each array in the layout of the parameters. */
  readonly slots: readonly ParameterViews[];
  /**
   * The columns of X in the order of an epoch, [m]. One thread has one order. Several threads have one for odd epochs
   * and one for even ones, so that the next can be drawn ahead.
   */
  readonly orders: readonly Uint32Array[];
  /** The figures of each shard of the step, [S]. */
  readonly totals: BatchTotals;
  /** The memory of the validation after an epoch. */
  readonly validation: ValidationMemory;
  /** The partial sums of the tasks. */
  readonly partials: Partials;
  /** The sums of all ranks, where the run is one of several ranks. */
  readonly gathered: GatheredSums | undefined;
  /** See ClipMemory; empty without gradient clipping. */
  readonly squares: readonly Float32Array[];
  /** The journals of the slices, where there can be more than one slice. */
  readonly journals: readonly Journal[];
  readonly threads: readonly ThreadMemory[];
}

/** The sums of all ranks' subtrees. */
export interface GatheredSums {
  readonly shape: RankShape;
  readonly plan: RankPlan;
  /** One sum per place. */
  readonly places: Partials;
}

export interface ValidationMemory {
  /** The columns of X to validate on. */
  readonly order: Uint32Array;
  /** The figures of each shard; `evaluate` cuts the columns in the same way. */
  readonly totals: BatchTotals;
}

/** The memory that one thread writes to. */
export interface ThreadMemory extends Pick<Workbench, "tile" | "spare" | "atWork"> {
  /** See SliceUpdate. */
  readonly sum: Float32Array;
  /**
   * The tile for validation, which has no dropout. It shares the memory of the tile unless the features have another
   * type: the zeros that pad a tile lie in different places for bytes and for floats.
   */
  readonly validationTile: Tile;
  /** Scratch memory of the kernels. */
  readonly scratch: Uint8Array;
}

export function layOutSteps(shape: TrainingShape, layout: KernelLayout, arena: Arena): StepMemory {
  const { layers, shards, threads, clips = false, slots = 0, validation } = shape;
  // The norm needs the whole gradient, so no slice could be updated before all are reduced.
  const update = clips ? "main" : shape.update;
  const validationShards = validation === undefined ? 0 : defaultShards(validation.examples);
  const plans = [planStep(shape, 1, update, layout)];
  for (let k = 1; k <= threads; k++) {
    const plan = planStep(shape, k, update, layout);
    plans.push(plan.threads < k ? plans[plan.threads] : plan);
  }
  const most = (count: (plan: StepPlan) => number): number => Math.max(...plans.map(count));
  const journals = most((plan) => plan.slices.length);
  const spare = most((plan) => Math.max(...plan.tasks.map((task) => task.slots))) - 1;
  return {
    plans,
    network: layOutNetwork(shape, layout, arena),
    slots: Array.from({ length: slots }, () => viewPacked(arena.float32(packedLength(layers, layout)), layers, layout)),
    orders: Array.from({ length: Math.min(2, threads) }, () => arena.uint32(shape.examples)),
    totals: { losses: arena.float64(shards), correct: arena.uint32(shards) },
    validation: {
      order: arena.uint32(validation?.examples ?? 0),
      totals: { losses: arena.float64(validationShards), correct: arena.uint32(validationShards) },
    },
    partials: layOutPartials(
      most((plan) => plan.tasks.length),
      layers,
      layout,
      arena,
    ),
    gathered: layOutGathered(shape, layout, arena),
    squares: clips ? layers.map((units, l) => arena.float32(l === 0 ? 0 : layout.biasLength(units))) : [],
    journals: Array.from({ length: journals > 1 ? journals : 0 }, () => ({
      before: arena.float32((1 + slots) * CHUNK),
      progress: arena.int32(1),
    })),
    threads: Array.from({ length: threads }, () => ({
      ...layOutTiles(shape, layout, arena),
      spare: layOutPartials(spare, layers, layout, arena).sums,
      atWork: arena.uint32(2),
      sum: arena.float32(CHUNK),
      scratch: layOutScratch(layers, layout, arena),
    })),
  };
}

function layOutGathered(
  { layers, shards, ranks }: TrainingShape,
  layout: KernelLayout,
  arena: Arena,
): GatheredSums | undefined {
  if (ranks === undefined) return undefined;
  const plan = planRanks(shards, ranks.ranks);
  return { shape: ranks, plan, places: layOutPartials(plan.places, layers, layout, arena) };
}

/** The sums that remain to be added in a step, once its tasks are done and, with several ranks, gathered and added. */
export function batchSums(
  { partials, gathered }: Pick<StepMemory, "partials" | "gathered">,
  { tasks }: StepPlan,
): { readonly partials: Partials; readonly count: number } {
  if (gathered === undefined) return { partials, count: tasks.length };
  const { places, plan } = gathered;
  return { partials: { ...places, stride: plan.stride * places.stride }, count: plan.count };
}

function layOutTiles(shape: TrainingShape, layout: KernelLayout, arena: Arena) {
  const tile = layOutTile(shape, layout, arena);
  const other = shape.validation?.isOtherType ? layOutTile(shape, layout, arena) : tile;
  return { tile, validationTile: withoutDropout(other, shape.activation) };
}

/** The bytes that such steps need besides the examples. */
export function trainingBytes(shape: TrainingShape, layout: KernelLayout): number {
  return bytesOf((arena) => layOutSteps(shape, layout, arena));
}

/** The order of an epoch, from 1. */
export function orderOf({ orders }: Pick<StepMemory, "orders">, epoch: number): Uint32Array {
  return orders[epoch % orders.length];
}
