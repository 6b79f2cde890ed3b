/**
 * The one shared memory of a training run: every region's name and shape.
 *
 * Who writes what, and when, is barrier.ts's business.
 */
import { type CheckedExamples, type Network, parameterCount } from "@scratch-nn/core";
import { CONTROL_WORDS } from "./barrier.ts";

export interface TrainingMemory {
  /** The words of the barrier. */
  readonly control: Int32Array;
  /** [inputs, *]: the features, one column per example. */
  readonly X: Uint8Array | Float32Array;
  /** The class of each column of X. */
  readonly labels: Uint16Array;
  /** Columns of X in the order of the epoch, [m]. */
  readonly order: Uint32Array;
  /** W1, b1, W2, b2, ...: [parameterCount]. */
  readonly parameters: Float32Array;
  /** Each shard's partial dW1, db1, dW2, ...: S times [parameterCount]. The first ends as the gradient. */
  readonly partials: readonly Float32Array[];
  /** Each shard's sum of cross-entropies, [S]. */
  readonly losses: Float64Array;
  /** How many columns of each shard were classified rightly, [S]. */
  readonly correct: Uint32Array;
}

/** Regions begin on cache lines, so that no two threads write to one line. */
const CACHE_LINE = 64;

/** Lays out the memory of a run. X and labels are taken over if they are shared already, else copied. */
export function allocateMemory(network: Network, examples: CheckedExamples, shards: number): TrainingMemory {
  const parameters = parameterCount(network.layers);
  const m = examples.columns.length;
  const sizes = {
    control: 4 * CONTROL_WORDS,
    order: 4 * m,
    parameters: 4 * parameters,
    losses: 8 * shards,
    correct: 4 * shards,
    partials: shards * aligned(4 * parameters),
  };
  let total = 0;
  for (const size of Object.values(sizes)) total += aligned(size);
  const buffer = new SharedArrayBuffer(total);
  let offset = 0;
  const take = (size: number): number => {
    offset += aligned(size);
    return offset - aligned(size);
  };
  return {
    control: new Int32Array(buffer, take(sizes.control), CONTROL_WORDS),
    order: new Uint32Array(buffer, take(sizes.order), m),
    parameters: new Float32Array(buffer, take(sizes.parameters), parameters),
    losses: new Float64Array(buffer, take(sizes.losses), shards),
    correct: new Uint32Array(buffer, take(sizes.correct), shards),
    partials: Array.from({ length: shards }, () => new Float32Array(buffer, take(4 * parameters), parameters)),
    X: shared(examples.X),
    labels: shared(examples.labels),
  };
}

/** The same numbers in memory that threads can share: the array itself if it is there already. */
export function shared<Numbers extends Uint8Array | Uint16Array | Uint32Array | Float32Array>(
  numbers: Numbers,
): Numbers {
  if (numbers.buffer instanceof SharedArrayBuffer) return numbers;
  const Type = numbers.constructor as new (buffer: SharedArrayBuffer) => Numbers;
  const copy = new Type(new SharedArrayBuffer(numbers.byteLength));
  copy.set(numbers);
  return copy;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / CACHE_LINE) * CACHE_LINE;
}
