/** Adds up the quality of predictions of several yes/no labels. */
import { type ClassMetrics, ConfusionMatrix, classMetrics, rocAuc } from "@scratch-nn/core";
import { log } from "@scratch-nn/core/engine";
import type { BlockPredictions } from "@scratch-nn/data";

/** Figures over the rows where the label is known; precision, recall and F1 are those of yes. */
export interface LabelFigures extends ClassMetrics {
  readonly name: string;
  readonly accuracy: number;
  /** Undefined where all rows have the same value. */
  readonly rocAuc: number | undefined;
}

export interface LabelsFigures {
  readonly kind: "labels";
  readonly examples: number;
  /** Rows without a label; no figure counts them. */
  readonly unlabelled: number;
  /** Mean over the rows of the cross-entropy summed over the labels. */
  readonly loss: number;
  /** Share of the rows with all labels right. */
  readonly accuracy: number;
  readonly labels: readonly LabelFigures[];
  /** Mean of the labels' F1. */
  readonly macroF1: number;
}

/** The smallest f32 above 0: the lower bound of a probability before its logarithm. */
const SMALLEST = 2 ** -149;

export class LabelTally {
  readonly #names: readonly string[];
  readonly #confusions: readonly ConfusionMatrix[];
  readonly #scores: number[][];
  readonly #truths: number[][];
  #examples = 0;
  #unlabelled = 0;
  #right = 0;
  #loss = 0;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#confusions = names.map(() => new ConfusionMatrix(2));
    this.#scores = names.map(() => []);
    this.#truths = names.map(() => []);
  }

  add({
    rows,
    predicted,
    probabilities,
    targets,
  }: Pick<BlockPredictions, "rows" | "predicted" | "probabilities" | "targets">): void {
    const count = this.#names.length;
    for (let row = 0; targets !== undefined && row < rows; row++) {
      const truth = targets.subarray(row * count, (row + 1) * count);
      if (truth.some(Number.isNaN)) {
        this.#unlabelled++;
        continue;
      }
      this.#examples++;
      let isRight = true;
      for (const [u, y] of truth.entries()) {
        const at = row * count + u;
        const a = probabilities[at];
        this.#confusions[u].add(y, predicted[at]);
        this.#scores[u].push(a);
        this.#truths[u].push(y);
        this.#loss -= log(Math.max(Math.fround(y === 1 ? a : 1 - a), SMALLEST));
        if (predicted[at] !== y) isRight = false;
      }
      if (isRight) this.#right++;
    }
  }

  get figures(): LabelsFigures {
    const examples = this.#examples;
    const labels = this.#names.map((name, u): LabelFigures => {
      const confusion = this.#confusions[u];
      const [, yes] = classMetrics(confusion);
      const area = rocAuc(Float32Array.from(this.#scores[u]), this.#truths[u]);
      const accuracy = (confusion.count(0, 0) + confusion.count(1, 1)) / examples;
      return { name, accuracy, rocAuc: Number.isNaN(area) ? undefined : area, ...yes };
    });
    return {
      kind: "labels",
      examples,
      unlabelled: this.#unlabelled,
      loss: this.#loss / examples,
      accuracy: this.#right / examples,
      labels,
      macroF1: labels.reduce((sum, { f1 }) => sum + (f1 || 0), 0) / labels.length,
    };
  }
}
