/** All numbers of one example on its way through the network, and of the step that is next. Core computes each of them. */
import { type DivergenceError, gradientOf, type Network, networkOf, type Passes, passesOf } from "@scratch-nn/core";
import { descend, type Settings } from "./course.ts";
import { examplesOf, kernelsFor, type Problem } from "./problem.ts";

/** The notes' names. */
export const SYMBOLS = [
  ...["X", "W1", "b1", "Z1", "A1", "W2", "b2", "Z2", "A2", "Y"],
  ...["dZ2", "dW2", "db2", "dZ1", "dW1", "db1"],
] as const;
export type SymbolName =
  | ("X" | "W1" | "b1" | "Z1" | "A1" | "W2" | "b2" | "Z2" | "A2" | "Y")
  | ("dZ2" | "dW2" | "db2" | "dZ1" | "dW1" | "db1");

/** A matrix of the notes: here of the one example, so that X, Z, A and dZ have one column. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns], row after row. */
  readonly numbers: ArrayLike<number>;
}

export interface Moment {
  readonly network: Network;
  /** Examples that the step is of: the m of 1/m. */
  readonly m: number;
  /** The example's cross-entropy. */
  readonly loss: number;
  /** The mean over the examples of the step. */
  readonly meanLoss: number;
  readonly matrices: Readonly<Record<SymbolName, Matrix>>;
  /** The parameters after the step; undefined where alpha is so large that they are no numbers any more. */
  readonly after: Network | undefined;
}

/** The moment between two steps at which the network is as given. */
export function momentOf(problem: Problem, network: Network, settings: Settings): Moment {
  const [inputs, hidden, classes] = problem.layers;
  const alone = { ...settings, all: false };
  const one = passesOf(network, examplesOf(problem, alone), { kernels: kernelsFor(problem, alone) });
  const gradient = settings.all
    ? gradientOf(network, examplesOf(problem, settings), { kernels: kernelsFor(problem, settings) })
    : one.gradient;
  const { A, Z, dZ }: Passes = one;
  const { W, b } = network;
  const column = (numbers: ArrayLike<number>): Matrix => ({ rows: numbers.length, columns: 1, numbers });
  const weights = (rows: number, columns: number, numbers: ArrayLike<number>): Matrix => ({ rows, columns, numbers });
  return {
    network,
    m: settings.all ? problem.labels.length : 1,
    loss: one.losses[0],
    meanLoss: gradient.loss,
    matrices: {
      X: column(A[0]),
      W1: weights(hidden, inputs, W[1]),
      b1: column(b[1]),
      Z1: column(Z[1]),
      A1: column(A[1]),
      W2: weights(classes, hidden, W[2]),
      b2: column(b[2]),
      Z2: column(Z[2]),
      A2: column(A[2]),
      Y: column(Array.from({ length: classes }, (_, u) => (u === settings.label ? 1 : 0))),
      dZ2: column(dZ[2]),
      dW2: weights(classes, hidden, gradient.W[2]),
      db2: column(gradient.b[2]),
      dZ1: column(dZ[1]),
      dW1: weights(hidden, inputs, gradient.W[1]),
      db1: column(gradient.b[1]),
    },
    after: afterStep(problem, network, settings),
  };
}

function afterStep(problem: Problem, { layers, activation, parameters }: Network, settings: Settings) {
  const after = networkOf(layers, activation, parameters.slice());
  try {
    descend(after, problem, settings, 1);
  } catch (error) {
    if ((error as DivergenceError).name === "DivergenceError") return undefined;
    throw error;
  }
  return after;
}

/** The class that the network takes it for: the first of the most likely. */
export function likeliest({ numbers }: Matrix): number {
  let best = 0;
  for (let u = 1; u < numbers.length; u++) if (numbers[u] > numbers[best]) best = u;
  return best;
}
