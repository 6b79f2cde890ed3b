/** What a network makes of examples: predictions, and how good they are. */
import { type CheckedExamples, checkExamples, type Examples, inputScale } from "./examples.ts";
import { forward, scaleInputs } from "./forward.ts";
import { finish, foldNumbers, loadTile } from "./gradient.ts";
import { chooseKernels, type KernelChoice } from "./kernels/choose.ts";
import type { Kernels } from "./kernels/kernels.ts";
import { predictedClass, sumLosses } from "./metrics.ts";
import type { Network } from "./network.ts";
import { defaultShards, runStart } from "./shards.ts";
import { createTile, TILE_COLUMNS, type Tile } from "./tile.ts";

export interface Evaluation {
  readonly examples: number;
  /** Mean cross-entropy. */
  readonly loss: number;
  /** Share of the examples whose most likely class is their label, from 0 to 1. */
  readonly accuracy: number;
  /** [classes, classes], row after row: confusion[label * classes + predicted] counts examples. */
  readonly confusion: Uint32Array;
}

/** What one shard of the examples adds to an {@link Evaluation}. */
export interface ShardEvaluation {
  readonly loss: number;
  readonly confusion: Uint32Array;
}

/**
 * Shard `shard` of `shards` of an evaluation.
 * @param network with W[1] scaled, see scaleInputs
 * @yields the number of columns done, after each tile
 */
export function* evaluateShard(
  network: Network,
  examples: CheckedExamples,
  shards: number,
  shard: number,
  tile: Tile,
  kernels: Kernels,
): Generator<number, ShardEvaluation> {
  const classes = network.layers.at(-1)!;
  const confusion = new Uint32Array(classes * classes);
  const m = examples.columns.length;
  const to = runStart(m, shards, shard + 1);
  let loss = 0;
  for (let first = runStart(m, shards, shard); first < to; first += TILE_COLUMNS) {
    loadTile(tile, examples, examples.columns, first, Math.min(TILE_COLUMNS, to - first), kernels);
    forward(network, tile, kernels);
    loss = sumLosses(tile, loss);
    for (let c = 0; c < tile.columns; c++) {
      const place = tile.labels[c] * classes + predictedClass(network, tile, c);
      confusion[place]++;
    }
    yield tile.columns;
  }
  return { loss, confusion };
}

/** Puts the shards of an evaluation together, in the order of the shards. */
export function mergeEvaluation(network: Network, examples: number, parts: readonly ShardEvaluation[]): Evaluation {
  const classes = network.layers.at(-1)!;
  const confusion = new Uint32Array(classes * classes);
  for (const part of parts) {
    for (const [place, count] of part.confusion.entries()) confusion[place] += count;
  }
  let correct = 0;
  for (let k = 0; k < classes; k++) correct += confusion[k * classes + k];
  return {
    examples,
    loss: foldNumbers(parts.map((part) => part.loss)) / examples,
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
  const kernels = chooseKernels(options.kernels);
  const checked = checkExamples(examples, network.layers[0], network.layers.at(-1)!);
  const shards = defaultShards(checked.columns.length);
  const scaled = scaleInputs(network, checked.scale, new Float32Array(network.W[1].length), kernels);
  const tile = createTile(network);
  const parts: ShardEvaluation[] = [];
  for (let s = 0; s < shards; s++) {
    parts.push(yield* evaluateShard(scaled, checked, shards, s, tile, kernels));
  }
  return mergeEvaluation(network, checked.columns.length, parts);
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
 * @param options.scale what features are multiplied by; default 1/255 for bytes, 1 for floats
 * @throws InputError when X is not one or more whole columns of finite numbers
 */
export function predict(
  network: Network,
  X: Uint8Array | Float32Array,
  options: { readonly scale?: number; readonly kernels?: KernelChoice } = {},
): Prediction {
  const kernels = chooseKernels(options.kernels);
  const [inputs, classes] = [network.layers[0], network.layers.at(-1)!];
  const labels = new Uint16Array(X.length / inputs);
  const scale = inputScale({ X, ...options });
  const checked = checkExamples({ X, labels, scale }, inputs, classes);
  const scaled = scaleInputs(network, scale, new Float32Array(network.W[1].length), kernels);
  const tile = createTile(network);
  const probabilities = new Float32Array(labels.length * classes);
  for (let first = 0; first < labels.length; first += TILE_COLUMNS) {
    loadTile(tile, checked, checked.columns, first, Math.min(TILE_COLUMNS, labels.length - first), kernels);
    forward(scaled, tile, kernels);
    probabilities.set(tile.A.at(-1)!.subarray(0, tile.columns * classes), first * classes);
    for (let c = 0; c < tile.columns; c++) labels[first + c] = predictedClass(network, tile, c);
  }
  return { classes: labels, probabilities };
}
