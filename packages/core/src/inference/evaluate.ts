/** Computes a network's predictions for examples, and evaluates them. */
import type { Numbers } from "../checks/arrays.ts";
import { requireOptions } from "../checks/options.ts";
import { type CheckedExamples, checkExamples, type Examples } from "../examples/examples.ts";
import { checkFeatures } from "../examples/features.ts";
import { bytesOf, makeWorkplace } from "../kernels/arena.ts";
import { type KernelLayout, type KernelSource, type Kernels, MOST_COLUMNS } from "../kernels/kernels.ts";
import { type LossOptions, type LossSettings, planLoss } from "../losses/settings.ts";
import { type Network, requireNetwork } from "../model/network.ts";
import { hasTargets } from "../model/output.ts";
import { forward } from "../passes/forward.ts";
import { type PackedNetwork, type PassesShape, packParameters, prepareWeights } from "../passes/packed.ts";
import { layOutPasses, type Tile } from "../passes/tile.ts";
import { loadTile, type TrainingData } from "../reduction/gradient.ts";
import { defaultShards, runStart } from "../reduction/shards.ts";
import { finish } from "../reduction/steps.ts";
import { chooseKernels, type KernelChoice } from "../selection/choose.ts";
import { type Evaluation, FigureCounter, mergeEvaluation } from "./evaluation.ts";

export interface EvaluateOptions {
  readonly loss?: LossOptions;
  readonly kernels?: KernelChoice;
}

/** What one thread needs to evaluate. */
export interface EvaluationBench {
  readonly network: PackedNetwork;
  readonly data: TrainingData;
  readonly order: Uint32Array;
  readonly tile: Tile;
  readonly kernels: Kernels;
  readonly layout: KernelLayout;
  /** The figures of the shards so far. */
  readonly figures: FigureCounter;
  release(): void;
}

/** The bytes that one thread needs to evaluate, besides the examples and their order. */
export function evaluationBytes(network: PassesShape, layout: KernelLayout): number {
  return bytesOf((arena) => layOutPasses(network, layout, arena));
}

/**
 * Allocates memory and kernels for one thread, and loads the network's parameters.
 * @param loss default: that of the output
 */
export function evaluationBench(
  network: Network,
  data: CheckedExamples,
  { layout, bind }: KernelSource,
  loss?: LossSettings,
): EvaluationBench {
  const { layers, activation, output } = network;
  const shape = { layers, activation, output, ...(loss && { loss }) };
  const { arena, regions, holdsFeatures, release } = makeWorkplace(
    (at) => ({
      ...layOutPasses(shape, layout, at),
      order: at.uint32(data.columns.length),
    }),
    { shared: false, features: data.X },
  );
  const kernels = bind(arena, regions.scratch, holdsFeatures);
  regions.order.set(data.columns);
  packParameters(network, regions.network, layout);
  prepareWeights(regions.network, layout, kernels);
  const figures = new FigureCounter(network, regions.network, layout);
  return { ...regions, data, kernels, layout, figures, release };
}

/**
 * Evaluates shard `shard` of `shards`, and counts its examples in the bench's confusion matrix.
 * @yields the number of columns done, after each tile
 * @returns the shard's sums, for a PartialEvaluation
 */
export function* evaluateShard(bench: EvaluationBench, shards: number, shard: number): Generator<number, Float64Array> {
  const { network, order, tile, kernels, figures } = bench;
  const to = runStart(order.length, shards, shard + 1);
  const sums = figures.newSums();
  for (let first = runStart(order.length, shards, shard); first < to; first += MOST_COLUMNS) {
    loadTile(bench, order, first, Math.min(MOST_COLUMNS, to - first));
    forward(network, tile, kernels);
    figures.add(tile, sums);
    yield tile.columns;
  }
  return sums;
}

/**
 * Computes loss, accuracy and confusion matrix over the given examples; for quantities, their errors.
 * @param options.loss the loss to compute; default: that of the output, without label smoothing or weights
 * @throws InputError when the examples do not fit the network
 */
export function evaluate(network: Network, examples: Examples, options: EvaluateOptions = {}): Evaluation {
  return finish(evaluation(network, examples, options));
}

/** {@link evaluate} as a generator that pauses after every few columns, so that the caller can do other work. */
export function* evaluation(
  network: Network,
  examples: Examples,
  options: EvaluateOptions = {},
): Generator<number, Evaluation> {
  requireOptions("options", options, { loss: "checked", kernels: "checked" });
  requireNetwork(network);
  const loss = planLoss(options.loss, network.output, network.layers.at(-1)!);
  const checked = checkExamples(examples, network);
  const shards = defaultShards(checked.columns.length);
  const sums: Float64Array[] = [];
  const bench = evaluationBench(network, checked, chooseKernels(options.kernels), loss);
  try {
    for (let s = 0; s < shards; s++) sums.push(yield* evaluateShard(bench, shards, s));
  } finally {
    bench.release();
  }
  return mergeEvaluation(network, checked, [{ sums, confusion: bench.figures.confusion.toCounts() }]);
}

export interface Prediction {
  /** A[L]: [outputs, m], column after column. */
  readonly outputs: Float32Array;
  /**
   * The most likely class of each column, [m]; the first one of equals. For a single sigmoid: 1 where its probability
   * is above 1/2, else 0. Empty for several sigmoids and for quantities.
   */
  readonly classes: Uint16Array;
  /** The outputs, where they are probabilities: [classes, m], column after column. Empty for quantities. */
  readonly probabilities: Float32Array;
}

/**
 * Runs the forward pass.
 * @param X [inputs, m], column after column
 * @param options.scale the factor of the features; default 1/255 for bytes, 1 for floats and arrays
 * @throws InputError when X is not one or more whole columns of finite numbers
 */
export function predict(
  network: Network,
  X: Numbers,
  options: { readonly scale?: number | undefined; readonly kernels?: KernelChoice } = {},
): Prediction {
  requireOptions("options", options, { scale: "checked", kernels: "checked" });
  requireNetwork(network);
  const { layers, output } = network;
  const units = layers.at(-1)!;
  const features = checkFeatures(X, options.scale, layers[0]);
  const m = features.X.length / layers[0];
  const columns = Uint32Array.from({ length: m }, (_, c) => c);
  // The true labels and targets are unknown.
  const checked = {
    ...features,
    labels: new Uint16Array(hasTargets(output) ? 0 : m),
    targets: new Float32Array(0),
    columns,
  };
  const outputs = new Float32Array(m * units);
  const predicted = new Uint16Array(m);
  const bench = evaluationBench(network, checked, chooseKernels(options.kernels));
  const { tile, order, layout } = bench;
  try {
    for (let first = 0; first < m; first += MOST_COLUMNS) {
      const count = Math.min(MOST_COLUMNS, m - first);
      loadTile(bench, order, first, count);
      forward(bench.network, tile, bench.kernels);
      layout.unpackColumns(tile.A.at(-1)!, units, count, outputs.subarray(first * units));
      predicted.set(tile.answers.predicted.subarray(0, count), first);
    }
  } finally {
    bench.release();
  }
  return {
    outputs,
    classes: classesOf(network, outputs, predicted),
    probabilities: output === "identity" ? new Float32Array(0) : outputs,
  };
}

function classesOf({ output, layers }: Network, outputs: Float32Array, predicted: Uint16Array): Uint16Array {
  if (output === "softmax") return predicted;
  const isOneLabel = output === "sigmoid" && layers.at(-1) === 1;
  return isOneLabel ? Uint16Array.from(outputs, (a) => (a > 0.5 ? 1 : 0)) : new Uint16Array(0);
}
