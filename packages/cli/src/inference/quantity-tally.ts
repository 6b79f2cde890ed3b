/** Measures the errors of predicted quantities, in the quantities' own units. */
import type { QuantitiesTask, QuantityErrors } from "@scratch-nn/core";
import { inUnitsOf, quantityErrors } from "@scratch-nn/core/engine";
import type { BlockPredictions } from "@scratch-nn/data";

export interface QuantityFigures extends QuantityErrors {
  readonly name: string;
}

export interface QuantitiesFigures {
  readonly kind: "quantities";
  readonly examples: number;
  /** Rows that lack a quantity; no figure counts them. */
  readonly unlabelled: number;
  /**
   * Mean over the rows of the halved squared errors, in standard deviations of training, summed over the quantities.
   */
  readonly loss: number;
  readonly quantities: readonly QuantityFigures[];
}

/** Sums up in standardised units, since the squares of a quantity of 1e200 or 1e-200 are no f64. */
export class QuantityTally {
  readonly #task: QuantitiesTask;
  readonly #values: number[][];
  readonly #squares: number[];
  readonly #distances: number[];
  #unlabelled = 0;

  constructor(task: QuantitiesTask) {
    this.#task = task;
    this.#values = task.names.map(() => []);
    this.#squares = task.names.map(() => 0);
    this.#distances = task.names.map(() => 0);
  }

  add({ rows, values, targets }: Pick<BlockPredictions, "rows" | "values" | "targets">): void {
    const { names, center, spread } = this.#task;
    const count = names.length;
    for (let row = 0; targets !== undefined && row < rows; row++) {
      const truth = targets.subarray(row * count, (row + 1) * count);
      if (truth.some(Number.isNaN)) {
        this.#unlabelled++;
        continue;
      }
      for (const [u, y] of truth.entries()) {
        const error = (values[row * count + u] - y) / spread[u];
        this.#values[u].push((y - center[u]) / spread[u]);
        this.#squares[u] += error ** 2;
        this.#distances[u] += Math.abs(error);
      }
    }
  }

  get figures(): QuantitiesFigures {
    const { names, spread } = this.#task;
    const examples = this.#values[0].length;
    const loss = names.reduce((sum, _, u) => sum + this.#squares[u] / 2, 0) / examples;
    const quantities = names.map((name, u) => {
      const errors = quantityErrors(Float64Array.from(this.#values[u]), this.#squares[u], this.#distances[u]);
      return { name, ...inUnitsOf(spread[u], errors) };
    });
    return { kind: "quantities", examples, unlabelled: this.#unlabelled, loss, quantities };
  }
}

/** The mean of the quantities' R2; undefined where one has none. */
export function meanR2({ quantities }: QuantitiesFigures): number | undefined {
  const mean = quantities.reduce((sum, { r2 }) => sum + r2, 0) / quantities.length;
  return Number.isNaN(mean) ? undefined : mean;
}
