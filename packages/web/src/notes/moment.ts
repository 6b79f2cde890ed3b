/** All numbers of one example's forward and backward pass, and of the next step. Core computes each of them. */
import { type DivergenceError, gradientOf, type Network, networkOf, type Passes, passesOf } from "@scratch-nn/core";
import { descend, type Settings } from "./course.ts";
import { examplesOf, kernelsFor, type Problem } from "./problem.ts";

/** The names of the matrices in the notes. */
export const SYMBOLS = [
  ...["X", "W1", "b1", "Z1", "A1", "W2", "b2", "Z2", "A2", "Y"],
  ...["dZ2", "dW2", "db2", "dZ1", "dW1", "db1"],
] as const;
export type SymbolName =
  | ("X" | "W1" | "b1" | "Z1" | "A1" | "W2" | "b2" | "Z2" | "A2" | "Y")
  | ("dZ2" | "dW2" | "db2" | "dZ1" | "dW1" | "db1");

/** A matrix of the notes, for one example: X, Z, A and dZ have one column. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns], row by row. */
  readonly numbers: ArrayLike<number>;
}

export interface Moment {
  readonly network: Network;
  /** The number of examples of the step: the m of 1/m. */
  readonly m: number;
  /** The example's cross-entropy. */
  readonly loss: number;
  /** The mean loss over the examples of the step. */
  readonly meanLoss: number;
  readonly matrices: Readonly<Record<SymbolName, Matrix>>;
  /** The parameters after the step; undefined if alpha is too large for them to stay finite. */
  readonly after: Network | undefined;
}

/** Computes the moment between two steps for the given network. */
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

/** The class that the network predicts: the most probable one, and the first of ties. */
export function likeliest({ numbers }: Matrix): number {
  let best = 0;
  for (let u = 1; u < numbers.length; u++) if (numbers[u] > numbers[best]) best = u;
  return best;
}
