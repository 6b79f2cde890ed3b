/**
 * Cuts a step by the units of the layers: the work of one layer, over all columns of the batch, is divided among the
 * threads. Each sum of dW then belongs to one thread, which updates its weights at once, so there are no partial sums
 * to reduce. In exchange, threads wait for each other after each layer, and read each other's A and dZ.
 *
 * A stage needs the results of the stages before it; its items are independent of each other. No item depends on the
 * number of threads in any bit.
 */
import type { KernelLayout } from "../kernels/kernels.ts";
import { layerShapes, panelsOf } from "../passes/packed.ts";
import type { BatchShape } from "../reduction/tasks.ts";

/** Panels or columns [first, end). */
export interface Run {
  readonly first: number;
  readonly end: number;
}

/** Loads columns of X, with their labels or targets. */
export interface GatherItem {
  readonly kind: "gather";
  readonly columns: Run;
}

/** Maps the nonzero features, for panels of inputs. */
export interface MapItem {
  readonly kind: "map";
  readonly panels: Run;
}

/** A[l] = g(W[l] A[l-1] + b[l]) for panels of the layer's units, and some columns. */
export interface ForwardItem {
  readonly kind: "forward";
  readonly layer: number;
  readonly panels: Run;
  readonly columns: Run;
}

/** Z[L], the outputs, the losses, dZ[L] and dZ[L-1] for some columns. */
export interface OutputItem {
  readonly kind: "output";
  readonly columns: Run;
}

/** dZ[l-1] = W[l]' dZ[l] * g'(Z[l-1]) for panels of units of layer l - 1, and some columns. */
export interface ErrorsItem {
  readonly kind: "errors";
  readonly layer: number;
  readonly panels: Run;
  readonly columns: Run;
}

/** dW[l] and db[l] over all columns, for panels of units and of inputs, and the update of these parameters. */
export interface GradientItem {
  readonly kind: "gradient";
  readonly layer: number;
  readonly panels: Run;
  readonly inputs: Run;
  /** The item's number among the gradient items of the step. */
  readonly index: number;
}

/** W[l]' for panels of W[l]. */
export interface TransposeItem {
  readonly kind: "transpose";
  readonly layer: number;
  readonly panels: Run;
}

export type UnitItem = GatherItem | MapItem | ForwardItem | OutputItem | ErrorsItem | GradientItem | TransposeItem;

/** The stages of a step, in order. */
export interface UnitPlan {
  readonly stages: readonly (readonly UnitItem[])[];
  /** The index of the stage that computes the losses. Only later stages update parameters. */
  readonly output: number;
  readonly gradients: number;
}

/** Columns of an item of each kind. The softmax takes eight at a time, the first layer lists the features of 64. */
const COLUMNS_OF_GATHER = 8;
const COLUMNS_OF_OUTPUT = 8;
const COLUMNS_OF_BLOCK = 64;
/** Panels of inputs of a gradient item: their columns stay in the second-level cache for all of its units. */
const INPUTS_OF_GRADIENT = 8;
/** Fewer panels of the first layer cost more: each item lists the nonzero features of its columns again. */
const UNITS_OF_LIST = 4;
/** Items for each thread in a stage, so that threads of unequal speed end together. */
const ITEMS_PER_THREAD = 4;

/**
 * Plans the stages of a step.
 * @param shape a network with at least one hidden layer, and a batch that fits into one tile
 * @param threads that compute; more threads have more and smaller items
 */
export function planStages(
  { layers, batchSize }: Pick<BatchShape, "layers" | "batchSize">,
  threads: number,
  layout: KernelLayout,
): UnitPlan {
  const shapes = layerShapes(layers);
  const L = layers.length - 1;
  const panels = shapes.map((shape, l) => (l === 0 ? 0 : panelsOf(shape, layout)));
  const inputs = shapes.map((shape) => Math.ceil(shape.inputs / layout.panels!.units));
  const chunks = runs(batchSize, COLUMNS_OF_BLOCK);
  const wanted = threads * ITEMS_PER_THREAD;
  const blocks = (count: number, parts: number, fewest = 1): Run[] =>
    runs(count, Math.max(fewest, Math.floor((count * parts) / wanted)));
  let index = 0;

  const forward = (layer: number): ForwardItem[] =>
    chunks.flatMap((columns) =>
      blocks(panels[layer], chunks.length, layer === 1 ? UNITS_OF_LIST : 1).map((run) => ({
        kind: "forward" as const,
        layer,
        panels: run,
        columns,
      })),
    );
  const errors = (layer: number): ErrorsItem[] =>
    chunks.flatMap((columns) =>
      blocks(panels[layer - 1], chunks.length).map((run) => ({ kind: "errors" as const, layer, panels: run, columns })),
    );
  const gradients = (layer: number): GradientItem[] => {
    const ranges = runs(inputs[layer], INPUTS_OF_GRADIENT);
    return blocks(panels[layer], ranges.length).flatMap((run) =>
      ranges.map((range) => ({ kind: "gradient" as const, layer, panels: run, inputs: range, index: index++ })),
    );
  };
  const transposes = (layer: number): TransposeItem[] =>
    blocks(panels[layer], 1).map((run) => ({ kind: "transpose", layer, panels: run }));

  const stages: UnitItem[][] = [runs(batchSize, COLUMNS_OF_GATHER).map((columns) => ({ kind: "gather", columns }))];
  for (let l = 1; l < L; l++) {
    const maps = l === 1 ? blocks(inputs[1], 1).map((run): MapItem => ({ kind: "map", panels: run })) : [];
    stages.push(mixed(forward(l), maps));
  }
  stages.push(runs(batchSize, COLUMNS_OF_OUTPUT).map((columns) => ({ kind: "output", columns })));
  const output = stages.length - 1;
  // W[l] is transposed one stage after its update, once no item of the step reads the old transpose.
  let updated: number[] = [];
  for (let l = L - 1; l >= 1; l--) {
    const last = l === L - 1 ? gradients(L) : [];
    stages.push(mixed(l > 1 ? errors(l) : [], gradients(l), last, ...updated.map(transposes)));
    updated = (l === L - 1 ? [L, l] : [l]).filter((layer) => layer > 1);
  }
  if (updated.length > 0) stages.push(mixed(...updated.map(transposes)));
  return { stages, output, gradients: index };
}

/** Cuts 0 .. count - 1 into runs of `size`; the last may be shorter. */
function runs(count: number, size: number): Run[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
    first: i * size,
    end: Math.min((i + 1) * size, count),
  }));
}

/** Mixes items of several kinds evenly, so that a part of the result has an equal share of each. */
function mixed(...kinds: readonly (readonly UnitItem[])[]): UnitItem[] {
  return kinds
    .flatMap((items) => items.map((item, i) => ({ item, at: (i + 0.5) / items.length })))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
