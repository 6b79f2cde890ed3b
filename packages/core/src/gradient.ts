/** A shard's partial gradient, and the whole gradient of a set of examples. */
import { backward } from "./backward.ts";
import { type CheckedExamples, checkExamples, type Examples } from "./examples.ts";
import { forward, scaleInputs } from "./forward.ts";
import { chooseKernels, type KernelChoice } from "./kernels/choose.ts";
import type { Kernels } from "./kernels/kernels.ts";
import { countCorrect, sumLosses } from "./metrics.ts";
import { type Network, type ParameterViews, viewParameters } from "./network.ts";
import { defaultShards, runStart, treeAdditions } from "./shards.ts";
import { createTile, TILE_COLUMNS, type Tile } from "./tile.ts";
import { divideByBatch } from "./update.ts";

/** What a shard adds to the batch's figures. */
export interface ShardTotals {
  /** Sum of the cross-entropies, in f64, columns in index order. */
  loss: number;
  /** Columns whose largest output is their label. */
  correct: number;
}

/** Copies columns [from, from + count) of the order into the tile. */
export function loadTile(
  tile: Tile,
  examples: CheckedExamples,
  order: Uint32Array,
  from: number,
  count: number,
  kernels: Kernels,
): void {
  const inputs = tile.A[0].length / TILE_COLUMNS;
  kernels.gather(examples.X, inputs, order, from, count, tile.A[0]);
  for (let c = 0; c < count; c++) tile.labels[c] = examples.labels[order[from + c]];
  tile.columns = count;
}

/**
 * The partial dW, db of one shard: forward and backward, tile after tile, columns in index order.
 * @param network with W[1] scaled, see scaleInputs
 * @param order columns of X in the order of this epoch
 * @param from the shard is order[from .. to - 1]; may be empty
 * @param partial overwritten with the sums over the shard
 * @yields the number of columns done, after each tile: the caller may do something else in between, or give up
 */
export function* shardGradient(
  network: Network,
  examples: CheckedExamples,
  order: Uint32Array,
  from: number,
  to: number,
  partial: ParameterViews,
  tile: Tile,
  kernels: Kernels,
): Generator<number, ShardTotals> {
  const totals = { loss: 0, correct: 0 };
  partial.parameters.fill(0);
  for (let first = from; first < to; first += TILE_COLUMNS) {
    loadTile(tile, examples, order, first, Math.min(TILE_COLUMNS, to - first), kernels);
    forward(network, tile, kernels);
    backward(network, tile, partial, kernels);
    totals.loss = sumLosses(tile, totals.loss);
    totals.correct += countCorrect(network, tile);
    yield tile.columns;
  }
  return totals;
}

/** Runs work that comes in steps to its end and returns its result. */
export function finish<Result>(work: Generator<unknown, Result>): Result {
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value;
}

/** The loss of a set of examples and its derivatives. */
export interface LossGradient extends ParameterViews {
  /** Mean cross-entropy. */
  readonly loss: number;
}

/**
 * The notes' dW and db of the mean cross-entropy over all the given examples.
 * @param options.shards how many partial sums are folded along the tree; default: by the number of examples
 * @throws InputError when the examples do not fit the network
 */
export function gradientOf(
  network: Network,
  examples: Examples,
  options: { readonly shards?: number; readonly kernels?: KernelChoice } = {},
): LossGradient {
  const kernels = chooseKernels(options.kernels);
  const checked = checkExamples(examples, network.layers[0], network.layers.at(-1)!);
  const { columns, scale } = checked;
  const shards = options.shards ?? defaultShards(columns.length);
  const tile = createTile(network);
  const scaled = scaleInputs(network, scale, new Float32Array(network.W[1].length), kernels);
  const partials = createPartials(network, shards);
  const losses = partials.map((partial, s) => {
    const from = runStart(columns.length, shards, s);
    const to = runStart(columns.length, shards, s + 1);
    return finish(shardGradient(scaled, checked, columns, from, to, partial, tile, kernels)).loss;
  });
  foldPartials(partials, kernels);
  divideByBatch(partials[0], columns.length, scale, kernels);
  return { ...partials[0], loss: foldNumbers(losses) / columns.length };
}

/** One gradient-shaped buffer a shard. */
export function createPartials(network: Network, shards: number): ParameterViews[] {
  return Array.from({ length: shards }, () =>
    viewParameters(network.layers, new Float32Array(network.parameters.length)),
  );
}

/** Sums the partials along the tree, parameters [begin, end) of each; the root ends in partials[0]. */
export function foldPartials(
  partials: readonly ParameterViews[],
  kernels: Kernels,
  begin = 0,
  end = partials[0].parameters.length,
): void {
  for (const [into, from] of treeAdditions(partials.length)) {
    kernels.add(partials[into].parameters, partials[from].parameters, begin, end);
  }
}

/** Sums one f64 a shard along the same tree. */
export function foldNumbers(values: Iterable<number>): number {
  const sums = [...values];
  for (const [into, from] of treeAdditions(sums.length)) sums[into] += sums[from];
  return sums[0] ?? 0;
}
