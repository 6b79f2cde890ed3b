/** Adds up the quality of predicted classes, block by block in the order of the rows. */
import { type ClassMetrics, ConfusionMatrix, classMetrics, rocAuc } from "@scratch-nn/core";
import { log } from "@scratch-nn/core/engine";

/** Predictions of some rows, and the true classes. */
export interface JudgedRows {
  readonly predicted: Uint16Array;
  /** [classes, rows] */
  readonly probabilities: Float32Array;
  /** The class of each row, [rows]; below 0 where unknown. */
  readonly labels: Int32Array;
}

export interface Figures {
  readonly examples: number;
  /** Rows without a label; no figure counts them. */
  readonly unlabelled: number;
  /** Mean cross-entropy. */
  readonly loss: number;
  readonly accuracy: number;
  readonly perClass: readonly ClassMetrics[];
  /** Means over the classes that have examples. */
  readonly macro: { readonly precision: number; readonly recall: number; readonly f1: number };
  /** The ROC AUC of two classes, with the second as the positive one; undefined for more classes. */
  readonly rocAuc: number | undefined;
  readonly confusion: ConfusionMatrix;
}

/** The smallest f32 above 0: the lower bound of a probability before its logarithm. */
const SMALLEST = 2 ** -149;

export class Tally {
  readonly #classes: number;
  readonly #confusion: ConfusionMatrix;
  readonly #scores: Float32Array[] = [];
  readonly #labels: Uint8Array[] = [];
  #loss = 0;
  #unlabelled = 0;

  constructor(classes: number) {
    this.#classes = classes;
    this.#confusion = new ConfusionMatrix(classes);
  }

  add({ predicted, probabilities, labels }: JudgedRows): void {
    const classes = this.#classes;
    for (const [row, label] of labels.entries()) {
      if (label < 0) {
        this.#unlabelled++;
        continue;
      }
      this.#confusion.add(label, predicted[row]);
      this.#loss -= log(Math.max(probabilities[row * classes + label], SMALLEST));
    }
    if (classes === 2) this.#keepScores(probabilities, labels);
  }

  /** The area under the curve needs all scores at once: five bytes per row. */
  #keepScores(probabilities: Float32Array, labels: Int32Array): void {
    const rows = Array.from(labels.keys()).filter((row) => labels[row] >= 0);
    this.#scores.push(Float32Array.from(rows, (row) => probabilities[2 * row + 1]));
    this.#labels.push(Uint8Array.from(rows, (row) => labels[row]));
  }

  get figures(): Figures {
    const perClass = classMetrics(this.#confusion);
    const examples = perClass.reduce((sum, { support }) => sum + support, 0);
    const right = perClass.reduce((sum, _, k) => sum + this.#confusion.count(k, k), 0);
    const present = perClass.filter(({ support }) => support > 0);
    const mean = (of: (metrics: ClassMetrics) => number): number =>
      present.reduce((sum, metrics) => sum + (of(metrics) || 0), 0) / present.length;
    return {
      examples,
      unlabelled: this.#unlabelled,
      loss: this.#loss / examples,
      accuracy: right / examples,
      perClass,
      macro: { precision: mean((m) => m.precision), recall: mean((m) => m.recall), f1: mean((m) => m.f1) },
      rocAuc: this.#rocAuc(),
      confusion: this.#confusion,
    };
  }

  /** Undefined for more than two classes, or where all examples have the same class. */
  #rocAuc(): number | undefined {
    if (this.#classes !== 2) return undefined;
    const area = rocAuc(concat(Float32Array, this.#scores), concat(Uint8Array, this.#labels));
    return Number.isNaN(area) ? undefined : area;
  }
}

function concat<Numbers extends Float32Array | Uint8Array>(
  type: new (length: number) => Numbers,
  parts: readonly Numbers[],
): Numbers {
  const all = new type(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
