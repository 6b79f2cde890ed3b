/** What a network makes of examples: predictions, and how good they are. */
import type { Numbers } from "../checks/arrays.ts";
import { requireOptions } from "../checks/options.ts";
import { type CheckedExamples, checkExamples, type Examples } from "../examples/examples.ts";
import { checkFeatures } from "../examples/features.ts";
import { bytesOf, makeWorkplace } from "../kernels/arena.ts";
import { type KernelLayout, type KernelSource, type Kernels, MOST_COLUMNS } from "../kernels/kernels.ts";
import { type Network, requireNetwork } from "../model/network.ts";
import { forward } from "../passes/forward.ts";
import { type PackedNetwork, packParameters, prepareWeights } from "../passes/packed.ts";
import { layOutPasses, type Tile } from "../passes/tile.ts";
import { loadTile, type TrainingData } from "../reduction/gradient.ts";
import { defaultShards, foldNumbers, runStart } from "../reduction/shards.ts";
import { finish } from "../reduction/steps.ts";
import { chooseKernels, type KernelChoice } from "../selection/choose.ts";
import { type ConfusionCounts, ConfusionMatrix } from "./confusion-matrix.ts";

export interface Evaluation {
  readonly examples: number;
  /** Mean cross-entropy. */
  readonly loss: number;
  /** Share of the examples whose most likely class is their label, from 0 to 1. */
  readonly accuracy: number;
  readonly confusion: ConfusionMatrix;
}

/** What one thread's shards add to an {@link Evaluation}. */
export interface PartialEvaluation {
  /** Of each of its shards. */
  readonly losses: readonly number[];
  /** Of all of them: counts may be added in any order. */
  readonly confusion: ConfusionCounts;
}

/** What one thread evaluates with. */
export interface EvaluationBench {
  readonly network: PackedNetwork;
  readonly data: TrainingData;
  readonly order: Uint32Array;
  readonly tile: Tile;
  readonly kernels: Kernels;
  readonly layout: KernelLayout;
  /** Of the shards so far. */
  readonly confusion: ConfusionMatrix;
  release(): void;
}

/** Bytes that one thread takes to evaluate, besides the examples and their order. */
export function evaluationBytes(network: Pick<Network, "layers" | "activation">, layout: KernelLayout): number {
  return bytesOf((arena) => layOutPasses(network, layout, arena));
}

/** Memory and kernels for one thread, the network's parameters in them. */
export function evaluationBench(
  network: Network,
  data: CheckedExamples,
  { layout, bind }: KernelSource,
): EvaluationBench {
  const { layers } = network;
  const { arena, regions, holdsFeatures, release } = makeWorkplace(
    (at) => ({
      ...layOutPasses(network, layout, at),
      order: at.uint32(data.columns.length),
    }),
    { shared: false, features: data.X },
  );
  const kernels = bind(arena, regions.scratch, holdsFeatures);
  regions.order.set(data.columns);
  packParameters(network, regions.network, layout);
  prepareWeights(regions.network, layout, kernels);
  const confusion = new ConfusionMatrix(layers.at(-1)!);
  return { ...regions, data, kernels, layout, confusion, release };
}

/**
 * Shard `shard` of `shards` of an evaluation: counts its examples in the bench's confusion matrix.
 * @yields the number of columns done, after each tile
 * @returns the sum of its cross-entropies
 */
export function* evaluateShard(bench: EvaluationBench, shards: number, shard: number): Generator<number, number> {
  const { network, order, tile, kernels, confusion } = bench;
  const { labels, losses, predicted } = tile.answers;
  const to = runStart(order.length, shards, shard + 1);
  let loss = 0;
  for (let first = runStart(order.length, shards, shard); first < to; first += MOST_COLUMNS) {
    loadTile(bench, order, first, Math.min(MOST_COLUMNS, to - first));
    forward(network, tile, kernels);
    for (let c = 0; c < tile.columns; c++) {
      loss += losses[c];
      confusion.add(labels[c], predicted[c]);
    }
    yield tile.columns;
  }
  return loss;
}

/** Puts the parts of an evaluation together, in the order of their shards. */
export function mergeEvaluation(network: Network, examples: number, parts: readonly PartialEvaluation[]): Evaluation {
  const confusion = new ConfusionMatrix(network.layers.at(-1)!);
  for (const part of parts) confusion.addCounts(part.confusion);
  let correct = 0;
  for (let k = 0; k < confusion.classes; k++) correct += confusion.count(k, k);
  return {
    examples,
    loss: foldNumbers(parts.flatMap(({ losses }) => losses)) / examples,
    accuracy: correct / examples,
    confusion,
  };
}

/**
 * Loss, accuracy and confusion matrix over the given examples.
 * @throws InputError when the examples do not fit the network
 */
export function evaluate(
  network: Network,
  examples: Examples,
  options: { readonly kernels?: KernelChoice } = {},
): Evaluation {
  return finish(evaluation(network, examples, options));
}

/** {@link evaluate} in steps of a few columns, for a caller that has other things to do in between. */
export function* evaluation(
  network: Network,
  examples: Examples,
  options: { readonly kernels?: KernelChoice } = {},
): Generator<number, Evaluation> {
  requireOptions("options", options, { kernels: "checked" });
  requireNetwork(network);
  const checked = checkExamples(examples, network.layers[0], network.layers.at(-1)!);
  const shards = defaultShards(checked.columns.length);
  const losses: number[] = [];
  const bench = evaluationBench(network, checked, chooseKernels(options.kernels));
  try {
    for (let s = 0; s < shards; s++) losses.push(yield* evaluateShard(bench, shards, s));
  } finally {
    bench.release();
  }
  return mergeEvaluation(network, checked.columns.length, [{ losses, confusion: bench.confusion.toCounts() }]);
}

export interface Prediction {
  /** The most likely class of each column, [m]; the first of equals. */
  readonly classes: Uint16Array;
  /** softmax(Z[L]): [classes, m], column after column. */
  readonly probabilities: Float32Array;
}

/**
 * Runs the network forward.
 * @param X [inputs, m], column after column
 * @param options.scale what features are multiplied by; default 1/255 for bytes, 1 for floats and arrays
 * @throws InputError when X is not one or more whole columns of finite numbers
 */
export function predict(
  network: Network,
  X: Numbers,
  options: { readonly scale?: number | undefined; readonly kernels?: KernelChoice } = {},
): Prediction {
  requireOptions("options", options, { scale: "checked", kernels: "checked" });
  requireNetwork(network);
  const [inputs, classes] = [network.layers[0], network.layers.at(-1)!];
  const features = checkFeatures(X, options.scale, inputs);
  const labels = new Uint16Array(features.X.length / inputs);
  const checked = { ...features, labels, columns: Uint32Array.from(labels, (_, c) => c) };
  const probabilities = new Float32Array(labels.length * classes);
  const bench = evaluationBench(network, checked, chooseKernels(options.kernels));
  const { tile, order, layout } = bench;
  try {
    for (let first = 0; first < labels.length; first += MOST_COLUMNS) {
      const count = Math.min(MOST_COLUMNS, labels.length - first);
      loadTile(bench, order, first, count);
      forward(bench.network, tile, bench.kernels);
      layout.unpackColumns(tile.A.at(-1)!, classes, count, probabilities.subarray(first * classes));
      labels.set(tile.answers.predicted.subarray(0, count), first);
    }
  } finally {
    bench.release();
  }
  return { classes: labels, probabilities };
}
