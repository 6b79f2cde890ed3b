import {
  type Arena,
  type Kernels,
  kernelsNamed,
  makeWorkplace,
  type PackedLayer,
  randomStream,
} from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";

const f = Math.fround;
const source = kernelsNamed("plain");
const { arena } = makeWorkplace((at: Arena) => at.uint8(64), { shared: false });
const kernels: Kernels = source.bind(arena, new Uint8Array(0), false);

function numbers(length: number, purpose: number): Float32Array {
  const stream = randomStream(9, purpose);
  return Float32Array.from({ length }, (_, i) => 4 * stream.uniform(i) - 2);
}

function layerOf(units: number, inputs: number, byLanes: boolean, W: Float32Array, b: Float32Array): PackedLayer {
  const shape = { units, inputs, first: true, byLanes };
  return {
    shape,
    activation: undefined,
    activationApart: undefined,
    inputActivation: "relu",
    W,
    b,
    transposedW: new Float32Array(0),
    finite: Uint8Array.of(1),
  };
}

/** a[0] + a[1] + ... in f32, from `start`, rounded after each addition. */
function sumInOrder(start: number, terms: readonly number[]): number {
  return terms.reduce((sum, term) => f(sum + term), start);
}

const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31];

describe("the order of each sum, which defines the right bits", () => {
  it.each(SIZES)("affine starts from the bias and takes %i inputs in index order", (inputs) => {
    for (const units of [1, 3, 4, 5, 11]) {
      const columns = 3;
      const [W, A, b] = [numbers(units * inputs, 1), numbers(inputs * columns, 2), numbers(units, 3)];
      const Z = new Float32Array(units * columns);
      kernels.affine(layerOf(units, inputs, false, W, b), A, Z, columns);
      for (let c = 0; c < columns; c++) {
        for (let u = 0; u < units; u++) {
          const terms = Array.from({ length: inputs }, (_, k) => f(W[u * inputs + k] * A[c * inputs + k]));
          expect(Z[c * units + u]).toBe(sumInOrder(b[u], terms));
        }
      }
    }
  });

  it.each(SIZES)("by lanes, affine folds eight lanes over %i inputs and adds the bias last", (inputs) => {
    for (const units of [1, 5, 10]) {
      const columns = 2;
      const [W, A, b] = [numbers(units * inputs, 4), numbers(inputs * columns, 5), numbers(units, 6)];
      const Z = new Float32Array(units * columns);
      kernels.affine(layerOf(units, inputs, true, W, b), A, Z, columns);
      for (let c = 0; c < columns; c++) {
        for (let u = 0; u < units; u++) {
          const l = Array.from({ length: 8 }, (_, lane) => {
            const terms: number[] = [];
            for (let k = lane; k < inputs; k += 8) terms.push(f(W[u * inputs + k] * A[c * inputs + k]));
            return sumInOrder(0, terms);
          });
          const fold = f(f(f(l[0] + l[4]) + f(l[2] + l[6])) + f(f(l[1] + l[5]) + f(l[3] + l[7])));
          expect(Z[c * units + u]).toBe(f(fold + b[u]));
        }
      }
    }
  });

  it.each(SIZES)("outerProducts starts from zero or goes on, over %i columns in index order", (columns) => {
    const [units, inputs] = [3, 5];
    const [dZ, A] = [numbers(units * columns, 7), numbers(inputs * columns, 8)];
    for (const goesOn of [false, true]) {
      const dW = numbers(units * inputs, 9);
      const before = goesOn ? dW.slice() : dW.map(() => 0);
      kernels.outerProducts(
        { units, inputs, first: false, byLanes: false },
        dZ,
        A,
        { counts: Uint32Array.of(columns), goesOn },
        dW,
      );
      for (let u = 0; u < units; u++) {
        for (let k = 0; k < inputs; k++) {
          const terms = Array.from({ length: columns }, (_, c) => f(dZ[c * units + u] * A[c * inputs + k]));
          expect(dW[u * inputs + k]).toBe(sumInOrder(before[u * inputs + k], terms));
        }
      }
    }
  });

  it.each(SIZES)("backpropagate takes %i units in index order from zero", (units) => {
    const [inputs, columns] = [6, 3];
    const [W, dZ] = [numbers(units * inputs, 10), numbers(units * columns, 11)];
    const A = numbers(inputs * columns, 12);
    const out = numbers(inputs * columns, 13);
    kernels.backpropagate(layerOf(units, inputs, false, W, new Float32Array(units)), dZ, A, out, columns);
    for (let c = 0; c < columns; c++) {
      for (let k = 0; k < inputs; k++) {
        const terms = Array.from({ length: units }, (_, u) => f(W[u * inputs + k] * dZ[c * units + u]));
        expect(out[c * inputs + k]).toBe(A[c * inputs + k] > 0 ? sumInOrder(0, terms) : 0);
      }
    }
  });

  it("softmax survives logits that exp alone would not", () => {
    const A = new Float32Array(6);
    const losses = new Float32Array(2);
    const predicted = new Uint16Array(2);
    const Z = Float32Array.of(1000, 1001, 999, -5000, -5000, -5001);
    kernels.softmaxCrossEntropy(Z, A, { labels: Uint16Array.of(1, 0), losses, predicted }, 3, 2);
    const e = Math.exp;
    const sums = [e(-1) + 1 + e(-2), 2 + e(-1)];
    const expected = [e(-1) / sums[0], 1 / sums[0], e(-2) / sums[0], 1 / sums[1], 1 / sums[1], e(-1) / sums[1]];
    for (const [i, value] of A.entries()) expect(value).toBeCloseTo(expected[i], 6);
    expect(losses[0]).toBeCloseTo(Math.log(sums[0]), 6);
    expect(losses[1]).toBeCloseTo(Math.log(sums[1]), 6);
    // The first of equal probabilities.
    expect([...predicted]).toEqual([1, 0]);
  });
});
