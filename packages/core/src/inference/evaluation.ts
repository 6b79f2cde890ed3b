/** The figures of an evaluation: the sums of each shard, and the totals. */
import type { CheckedExamples } from "../examples/examples.ts";
import type { KernelLayout } from "../kernels/kernels.ts";
import { type ColumnPlaces, columnPlaces } from "../losses/output-layer.ts";
import { countClasses } from "../losses/softmax.ts";
import type { Network } from "../model/network.ts";
import type { PackedNetwork } from "../passes/packed.ts";
import type { Tile } from "../passes/tile.ts";
import { foldNumbers } from "../reduction/shards.ts";
import { type ConfusionCounts, ConfusionMatrix } from "./confusion-matrix.ts";
import { type QuantityErrors, quantityErrors } from "./metrics.ts";

export interface Evaluation {
  readonly examples: number;
  /** Mean loss, by default the cross-entropy; for quantities the squared error, see LossOptions. */
  readonly loss: number;
  /**
   * Fraction of the examples predicted correctly, from 0 to 1. With a softmax, the most likely class must be the label.
   * With sigmoids, all labels must be correct, each predicted where its probability is above 1/2. Absent for
   * quantities.
   */
  readonly accuracy?: number;
  /**
   * The confusion matrix of a softmax's classes; for a single sigmoid, of targets 0 and 1. Absent for other outputs.
   */
  readonly confusion?: ConfusionMatrix;
  /** The confusion matrix of targets 0 and 1 for each sigmoid output. Absent for other outputs. */
  readonly labels?: readonly ConfusionMatrix[];
  /** The errors of each identity output, in the units of the targets. Absent for other outputs. */
  readonly errors?: readonly QuantityErrors[];
}

/** The contribution of one thread's shards to an {@link Evaluation}. */
export interface PartialEvaluation {
  /** The sums of each of its shards, see {@link FigureSums}. */
  readonly sums: readonly Float64Array[];
  /** The counts of all its shards; counts may be added in any order. */
  readonly confusion: ConfusionCounts;
}

/**
 * The sums of a shard, in f64, with columns in index order: of the losses, of the correct columns and, for quantities,
 * of the squared and the absolute errors of each output.
 */
type FigureSums = Float64Array;

const LOSS = 0;
const RIGHT = 1;
const ERRORS = 2;

const sumsOf = ({ output, layers }: Pick<Network, "output" | "layers">): number =>
  ERRORS + (output === "identity" ? 2 * layers.at(-1)! : 0);

/** Creates the matrix that counts: a softmax's classes; for sigmoids, class 2 u + y for output u with the target y. */
function confusionOf({ output, layers }: Pick<Network, "output" | "layers">): ConfusionMatrix {
  return new ConfusionMatrix(output === "sigmoid" ? 2 * layers.at(-1)! : layers.at(-1)!);
}

/** Accumulates the figures of a network's outputs, tile after tile. */
export class FigureCounter {
  readonly confusion: ConfusionMatrix;
  readonly #network: Network;
  readonly #packed: PackedNetwork;
  readonly #places: ColumnPlaces;

  constructor(network: Network, packed: PackedNetwork, layout: KernelLayout) {
    this.confusion = confusionOf(network);
    this.#network = network;
    this.#packed = packed;
    this.#places = columnPlaces(layout, network.layers.at(-1)!);
  }

  newSums(): FigureSums {
    return new Float64Array(sumsOf(this.#network));
  }

  /** Adds the columns of a tile, after the forward pass. */
  add({ answers, last, columns }: Tile, sums: FigureSums): void {
    for (let c = 0; c < columns; c++) sums[LOSS] += answers.losses[c];
    sums[RIGHT] += (this.#packed.output?.countRight ?? countClasses)(last, 0, columns);
    const { output, layers } = this.#network;
    if (output === "softmax") {
      for (let c = 0; c < columns; c++) this.confusion.add(answers.labels[c], answers.predicted[c]);
      return;
    }
    const { rows, step } = this.#places;
    const outputs = layers.at(-1)!;
    for (let c = 0; c < columns; c++) {
      for (let u = 0; u < outputs; u++) {
        const [a, y] = [last.A[rows[u] + c * step], last.targets[c * outputs + u]];
        if (output === "sigmoid") {
          this.confusion.add(2 * u + y, 2 * u + (a > 0.5 ? 1 : 0));
        } else {
          sums[ERRORS + 2 * u] += (a - y) ** 2;
          sums[ERRORS + 2 * u + 1] += Math.abs(a - y);
        }
      }
    }
  }
}

/** Combines the parts of an evaluation, in the order of their shards. */
export function mergeEvaluation(
  network: Network,
  { columns, targets }: Pick<CheckedExamples, "columns" | "targets">,
  parts: readonly PartialEvaluation[],
): Evaluation {
  const examples = columns.length;
  const { output, layers } = network;
  const outputs = layers.at(-1)!;
  const shards = parts.flatMap(({ sums }) => sums);
  const total = (i: number): number => foldNumbers(shards.map((sums) => sums[i]));
  const loss = total(LOSS) / examples;
  if (output === "identity") {
    const errors = Array.from({ length: outputs }, (_, u) => {
      const values = Float64Array.from(columns, (c) => targets[c * outputs + u]);
      return quantityErrors(values, total(ERRORS + 2 * u), total(ERRORS + 2 * u + 1));
    });
    return { examples, loss, errors };
  }
  const confusion = confusionOf(network);
  for (const part of parts) confusion.addCounts(part.confusion);
  const accuracy = total(RIGHT) / examples;
  if (output === "softmax") return { examples, loss, accuracy, confusion };
  const labels = Array.from({ length: outputs }, (_, u) => confusion.part(2 * u, 2));
  return outputs === 1
    ? { examples, loss, accuracy, confusion: labels[0], labels }
    : { examples, loss, accuracy, labels };
}
