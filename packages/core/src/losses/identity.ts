/** The output layer for quantities: the outputs are Z[L] themselves, and the loss is a function of their errors. */
import type { KernelLayout } from "../kernels/kernels.ts";
import { columnPlaces, type OutputLayer } from "./output-layer.ts";
import type { LossSettings } from "./settings.ts";

const fround = Math.fround;

/** The loss of an error d = a - y, and its derivative by a. */
interface ErrorLoss {
  readonly of: (d: number) => number;
  readonly derivative: (d: number) => number;
}

const squared: ErrorLoss = {
  of: (d) => fround(fround(d * d) * 0.5),
  derivative: (d) => d,
};

function huber(delta: number): ErrorLoss {
  const half = fround(delta * 0.5);
  return {
    of(d) {
      const size = d < 0 ? -d : d;
      return size > delta ? fround(delta * fround(size - half)) : squared.of(d);
    },
    derivative: (d) => (d > delta ? delta : d < -delta ? -delta : d),
  };
}

/**
 * Creates the layer. The loss of a column is the sum over its outputs in index order.
 * @param units n[L], the number of quantities
 */
export function identityLayer(
  settings: Exclude<LossSettings, { readonly name: "cross-entropy" }>,
  units: number,
  layout: KernelLayout,
): OutputLayer {
  const loss = settings.name === "huber" ? huber(fround(settings.delta)) : squared;
  const { rows, step } = columnPlaces(layout, units);
  return {
    // A[L] is Z[L]
    forward({ A, answers: { losses }, targets }, columns) {
      for (let c = 0; c < columns; c++) {
        let sum = 0;
        for (let u = 0; u < units; u++) {
          sum = fround(sum + loss.of(fround(A[rows[u] + c * step] - targets[c * units + u])));
        }
        losses[c] = sum;
      }
    },
    backward({ A, dZ, targets }, columns) {
      for (let c = 0; c < columns; c++) {
        for (let u = 0; u < units; u++) {
          const at = rows[u] + c * step;
          dZ[at] = loss.derivative(fround(A[at] - targets[c * units + u]));
        }
      }
    },
    countRight: () => 0,
  };
}
