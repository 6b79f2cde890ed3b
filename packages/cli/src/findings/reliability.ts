/** Measures the calibration of predicted probabilities. */
import type { Task } from "@scratch-nn/core";
import type { Reliability } from "@scratch-nn/report";
import type { Block } from "./block.ts";

const BINS = 10;

/**
 * Counts predictions by their probability, in ten equal bins. Classes: the probability of the predicted class, and
 * whether it is right. Labels: the probability of yes, and whether it is true. See Guo, Pleiss, Sun and Weinberger, "On
 * calibration of modern neural networks", 2017.
 */
export class ReliabilityTally {
  readonly #task: Task;
  readonly #counts = new Float64Array(BINS);
  readonly #confidences = new Float64Array(BINS);
  readonly #right = new Float64Array(BINS);

  constructor(task: Task) {
    this.#task = task;
  }

  add({ rows, predicted, probabilities, labels, targets }: Block): void {
    if (labels !== undefined && this.#task.kind === "classes") {
      const classes = this.#task.classes.length;
      for (let row = 0; row < rows; row++) {
        this.#count(probabilities[row * classes + predicted[row]], predicted[row] === labels[row]);
      }
    } else if (targets !== undefined) {
      for (const [i, probability] of probabilities.entries()) this.#count(probability, targets[i] === 1);
    }
  }

  #count(probability: number, isRight: boolean): void {
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(probability * BINS)));
    this.#counts[bin]++;
    this.#confidences[bin] += probability;
    if (isRight) this.#right[bin]++;
  }

  get reliability(): Reliability {
    const bins = Array.from(this.#counts, (count, bin) => ({
      from: bin / BINS,
      to: (bin + 1) / BINS,
      count,
      confidence: this.#confidences[bin] / count,
      accuracy: this.#right[bin] / count,
    }));
    const all = this.#counts.reduce((sum, count) => sum + count, 0);
    const error = bins.reduce(
      (sum, { count, confidence, accuracy }) =>
        count === 0 ? sum : sum + (count * Math.abs(accuracy - confidence)) / all,
      0,
    );
    return { bins, error };
  }
}
