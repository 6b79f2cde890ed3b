/** Compares softmax and cross-entropy of the vector kernels with the plain ones for extreme logits. */
import { type KernelName, randomStream } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { openDesk } from "../support/kernel-desk.ts";

const SIMD: readonly KernelName[] = ["simd128", "simd256"];
const UNITS = [1, 2, 3, 10, 15, 16, 17, 33, 48, 300];
const COLUMNS = [1, 7, 8, 9, 64, 250];

/** Logits with many equal ones; some columns have extreme or non-finite ones. */
function logits(units: number, columns: number): Float32Array {
  const stream = randomStream(31 * units + columns, 0);
  const strange = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 3e38, -3e38, 1e-45];
  const Z = Float32Array.from({ length: units * columns }, (_, i) => Math.round(6 * stream.uniform(i)) - 3);
  for (let c = 0; c < columns; c++) {
    // Every other column stays ordinary. The others have one extreme logit, or only extreme ones.
    if (c % 2 === 0) continue;
    const what = strange[(c >> 1) % strange.length];
    const all = stream.below(4, 100_000 + c) === 0;
    const row = stream.below(units, 200_000 + c);
    for (let u = 0; u < units; u++) if (all || u === row) Z[c * units + u] = what;
  }
  return Z;
}

function compute(name: KernelName, units: number, columns: number) {
  const desk = openDesk(name, { units, inputs: 1, first: false, byLanes: false }, new Float32Array(1));
  const { Z, dZ: A, labels, losses, predicted } = desk;
  // Memory beyond the columns must not matter.
  desk.staged.fill(Number.NaN);
  A.fill(Number.NaN);
  labels.fill(0xffff);
  desk.setColumns(Z, units, logits(units, columns));
  for (let c = 0; c < columns; c++) labels[c] = (7 * c) % units;
  desk.kernels.softmaxCrossEntropy(Z, A, { labels, losses, predicted }, units, columns);
  const softmax = desk.columnsOf(A, units, columns);
  desk.kernels.subtractOneHot(A, labels, Z, units, columns);
  return {
    softmax,
    losses: losses.slice(0, columns),
    predicted: predicted.slice(0, columns),
    dZ: desk.columnsOf(Z, units, columns),
  };
}

describe.each(SIMD)("softmax of %s", (name) => {
  it.each(UNITS)("of %i units is the plain kernels', bit for bit", (units) => {
    for (const columns of COLUMNS) {
      const plain = compute("plain", units, columns);
      const found = compute(name, units, columns);
      for (const [what, numbers] of Object.entries(plain)) {
        const those = found[what as keyof typeof found];
        const wrong = numbers.findIndex((x, i) => !Object.is(x, those[i]));
        expect(
          wrong < 0 ? "all" : `${what}[${wrong}] of ${columns} columns: ${those[wrong]} for ${numbers[wrong]}`,
        ).toBe("all");
      }
    }
  });
});
