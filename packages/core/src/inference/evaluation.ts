/** The figures of an evaluation: what each shard adds, and what they come to. */
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
  /** Mean of the loss, by default of the cross-entropy; for quantities of the squared error, see LossOptions. */
  readonly loss: number;
  /**
   * Share of the examples that are predicted rightly, from 0 to 1: whose most likely class is their label; of sigmoid
   * outputs, whose labels are all predicted rightly, with a probability above 1/2 or not. Absent for quantities.
   */
  readonly accuracy?: number;
  /** Of a softmax's classes. Of one sigmoid: of targets 0 and 1. Absent for other outputs. */
  readonly confusion?: ConfusionMatrix;
  /** Of targets 0 and 1 of each sigmoid output. Absent for other outputs. */
  readonly labels?: readonly ConfusionMatrix[];
  /** Of each identity output, in the units of the targets. Absent for other outputs. */
  readonly errors?: readonly QuantityErrors[];
}

/** What one thread's shards add to an {@link Evaluation}. */
export interface PartialEvaluation {
  /** Of each of its shards, see {@link FigureSums}. */
  readonly sums: readonly Float64Array[];
  /** Of all of them: counts may be added in any order. */
  readonly confusion: ConfusionCounts;
}

/**
 * A shard's sums, in f64, its columns in index order: of the losses, of the columns that are right, and for quantities,
 * output by output, of the squared and of the absolute errors.
 */
type FigureSums = Float64Array;

const LOSS = 0;
const RIGHT = 1;
const ERRORS = 2;

const sumsOf = ({ output, layers }: Pick<Network, "output" | "layers">): number =>
  ERRORS + (output === "identity" ? 2 * layers.at(-1)! : 0);

/** Counts of a softmax's classes; of sigmoids, class 2 u + y of output u with the target y. */
function confusionOf({ output, layers }: Pick<Network, "output" | "layers">): ConfusionMatrix {
  return new ConfusionMatrix(output === "sigmoid" ? 2 * layers.at(-1)! : layers.at(-1)!);
}

/** Counts what a network's outputs come to, tile after tile. */
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

  /** Adds the tile's columns, after the forward pass. */
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

/** Puts the parts of an evaluation together, in the order of their shards. */
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
