/** Every loss, with examples for it and its definition in f64. */
import type { Examples, FitOptions, LossOptions, Output } from "@scratch-nn/core";
import { randomStream } from "@scratch-nn/core/engine";
import { someExamples } from "./examples.ts";

export interface LossCase {
  readonly name: string;
  readonly output: Output;
  readonly outputs: number;
  readonly loss: LossOptions;
  /** The loss of one column. @param y its label, or its targets */
  readonly of: (z: readonly number[], y: readonly number[]) => number;
}

const logSum = (z: readonly number[]): number => {
  const max = Math.max(...z);
  return max + Math.log(z.reduce((sum, each) => sum + Math.exp(each - max), 0));
};

/** -sum T log A. @param weights the classes' weights */
const softmaxOf =
  (e: number, weights: readonly number[]) =>
  (z: readonly number[], [label]: readonly number[]): number => {
    const terms = z.map((each, k) => ((k === label ? 1 - e : 0) + e / z.length) * (logSum(z) - each));
    return weights[label] * terms.reduce((sum, term) => sum + term);
  };

const sigmoidOf =
  (e: number, weights: readonly number[]) =>
  (z: readonly number[], y: readonly number[]): number =>
    z
      .map((each, u) => weights[y[u]] * (Math.log1p(Math.exp(each)) - ((1 - e) * y[u] + e / 2) * each))
      .reduce((sum, term) => sum + term);

const huberOf =
  (delta: number) =>
  (z: readonly number[], y: readonly number[]): number =>
    z
      .map((each, u) => Math.abs(each - y[u]))
      .map((d) => (d <= delta ? d ** 2 / 2 : delta * (d - delta / 2)))
      .reduce((sum, term) => sum + term);

const cross = (more: Omit<Extract<LossOptions, { name: "cross-entropy" }>, "name"> = {}): LossOptions => ({
  name: "cross-entropy",
  ...more,
});
const WEIGHTS = [0.5, 2, 1.25];
const ONES = [1, 1, 1];

export const LOSS_CASES: readonly LossCase[] = [
  { name: "softmax", output: "softmax", outputs: 3, loss: cross(), of: softmaxOf(0, ONES) },
  {
    name: "softmax, label smoothing",
    output: "softmax",
    outputs: 3,
    loss: cross({ labelSmoothing: 0.1 }),
    of: softmaxOf(0.1, ONES),
  },
  {
    name: "softmax, class weights",
    output: "softmax",
    outputs: 3,
    loss: cross({ classWeights: WEIGHTS }),
    of: softmaxOf(0, WEIGHTS),
  },
  {
    name: "softmax of many classes, both",
    output: "softmax",
    outputs: 19,
    loss: cross({ labelSmoothing: 0.25, classWeights: Array.from({ length: 19 }, (_, k) => (k + 1) / 10) }),
    of: softmaxOf(
      0.25,
      Array.from({ length: 19 }, (_, k) => (k + 1) / 10),
    ),
  },
  { name: "one sigmoid", output: "sigmoid", outputs: 1, loss: cross(), of: sigmoidOf(0, ONES) },
  {
    name: "several sigmoids, label smoothing and weights",
    output: "sigmoid",
    outputs: 4,
    loss: cross({ labelSmoothing: 0.2, classWeights: [0.5, 3] }),
    of: sigmoidOf(0.2, [0.5, 3]),
  },
  { name: "one quantity", output: "identity", outputs: 1, loss: { name: "squared-error" }, of: huberOf(1e9) },
  { name: "several quantities", output: "identity", outputs: 18, loss: { name: "squared-error" }, of: huberOf(1e9) },
  { name: "Huber", output: "identity", outputs: 3, loss: { name: "huber", delta: 0.75 }, of: huberOf(0.75) },
];

/** Seeded examples for a loss. */
export function examplesFor(
  { output, outputs }: Pick<LossCase, "output" | "outputs">,
  inputs: number,
  m: number,
  type: "bytes" | "floats" = "floats",
): Examples {
  const { X, labels } = someExamples(inputs, m, outputs, type);
  if (output === "softmax") return { X, labels };
  const stream = randomStream(3, 3);
  const targets = Float32Array.from({ length: outputs * m }, (_, i) =>
    output === "sigmoid" ? stream.below(2, i) : stream.normal(i),
  );
  return { X, targets };
}

/** Options of a run that uses whatever a loss could interfere with. */
export const LOSS_RUN: FitOptions = { epochs: 3, batchSize: 32, learningRate: 0.05, optimizer: { name: "momentum" } };
