/** Collects the residuals of predicted quantities. */
import type { QuantitiesTask } from "@scratch-nn/core";
import type { QuantityFindings } from "@scratch-nn/report";
import type { Block } from "./block.ts";

/** The largest number of quantities with their own residuals. */
const MOST_QUANTITIES = 6;
const MOST_POINTS = 500;
const BINS = 24;

type Left = Pick<QuantityFindings, "points" | "residuals">;

export class ResidualTally {
  readonly #task: QuantitiesTask;
  /** predicted - true, [examples] for each quantity. */
  readonly #residuals: readonly Float64Array[];
  readonly #truths: readonly Float64Array[];
  #examples = 0;

  /** @param examples upper bound on the number of examples */
  constructor(task: QuantitiesTask, examples: number) {
    this.#task = task;
    const some = task.names.slice(0, MOST_QUANTITIES);
    this.#residuals = some.map(() => new Float64Array(examples));
    this.#truths = some.map(() => new Float64Array(examples));
  }

  add({ rows, values, targets }: Block): void {
    const count = this.#task.names.length;
    for (let row = 0; row < rows; row++, this.#examples++) {
      for (const [u, residuals] of this.#residuals.entries()) {
        const truth = targets![row * count + u];
        residuals[this.#examples] = values[row * count + u] - truth;
        this.#truths[u][this.#examples] = truth;
      }
    }
  }

  /** Residuals of quantity u; empty for quantities beyond MOST_QUANTITIES. */
  of(u: number): Left {
    if (u >= this.#residuals.length) return { points: [], residuals: [] };
    const residuals = this.#residuals[u].subarray(0, this.#examples);
    const shown = Math.min(MOST_POINTS, this.#examples);
    const points = Array.from({ length: shown }, (_, i) => {
      const at = Math.floor((i * this.#examples) / shown);
      const truth = this.#truths[u][at];
      return { truth, predicted: truth + residuals[at] };
    });
    return { points, residuals: histogram(residuals) };
  }
}

/** Bins of equal width from the smallest value to the largest. */
function histogram(values: Float64Array): QuantityFindings["residuals"] {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(high - low)) return [];
  if (high === low) return [{ from: low, to: high, count: values.length }];
  const counts = new Float64Array(BINS);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor(((value - low) / (high - low)) * BINS))]++;
  const edge = (bin: number): number => low + ((high - low) * bin) / BINS;
  return Array.from(counts, (count, bin) => ({ from: edge(bin), to: edge(bin + 1), count }));
}
