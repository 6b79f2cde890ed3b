/** The equations of the notes in their order, as text and symbols. */
import type { SymbolName } from "./moment.ts";

/** A part of an equation: a matrix (possibly transposed, or after the step), other text, or a factor (1/m or alpha). */
export type Token =
  | { readonly symbol: SymbolName; readonly isTransposed?: boolean; readonly isAfter?: boolean }
  | { readonly text: string; readonly spoken?: string; readonly isFunction?: boolean }
  | { readonly factor: "1/m" | "alpha" };

export type Pass = "forward" | "backward" | "update";

export interface Equation {
  /** The matrix that the equation computes or updates. */
  readonly name: SymbolName;
  readonly pass: Pass;
  readonly tokens: readonly Token[];
  /** Explains the equation in a sentence. */
  readonly words: string;
}

const symbol = (name: SymbolName): Token => ({ symbol: name });
const transposed = (name: SymbolName): Token => ({ symbol: name, isTransposed: true });
const text = (sign: string, spoken?: string): Token => ({ text: sign, ...(spoken === undefined ? {} : { spoken }) });
const named = (name: string, spoken: string): Token => ({ text: name, spoken, isFunction: true });
const [equals, plus, minus, times] = [text("="), text("+"), text("−", "minus"), text("∘", "times, element by element")];
const mean: Token = { factor: "1/m" };

export const EQUATIONS: readonly Equation[] = [
  {
    name: "X",
    pass: "forward",
    tokens: [symbol("X")],
    words: "The example, one column of X: what the network is given.",
  },
  {
    name: "Z1",
    pass: "forward",
    tokens: [symbol("Z1"), equals, symbol("W1"), symbol("X"), plus, symbol("b1")],
    words: "Each hidden unit weighs all inputs, adds them up, and adds its bias.",
  },
  {
    name: "A1",
    pass: "forward",
    tokens: [symbol("A1"), equals, named("ReLU", "of"), text("("), symbol("Z1"), text(")")],
    words: "What is below zero becomes zero: the unit keeps silent.",
  },
  {
    name: "Z2",
    pass: "forward",
    tokens: [symbol("Z2"), equals, symbol("W2"), symbol("A1"), plus, symbol("b2")],
    words: "Each class weighs the hidden units in the same way.",
  },
  {
    name: "A2",
    pass: "forward",
    tokens: [symbol("A2"), equals, named("softmax", "of"), text("("), symbol("Z2"), text(")")],
    words: "Exponentials that add up to 1: how likely the network takes each class to be.",
  },
  {
    name: "dZ2",
    pass: "backward",
    tokens: [symbol("dZ2"), equals, symbol("A2"), minus, symbol("Y")],
    words: "How far each probability is off: Y is 1 for the right class, and 0 for the others.",
  },
  {
    name: "dW2",
    pass: "backward",
    tokens: [symbol("dW2"), equals, mean, symbol("dZ2"), transposed("A1")],
    words: "A weight is to blame as far as its class is off and its hidden unit spoke.",
  },
  {
    name: "db2",
    pass: "backward",
    tokens: [symbol("db2"), equals, mean, text("Σ", "the sum over the examples of"), symbol("dZ2")],
    words: "A bias is to blame as far as its class is off: a sum for each row.",
  },
  {
    name: "dZ1",
    pass: "backward",
    tokens: [
      ...[symbol("dZ1"), equals, transposed("W2"), symbol("dZ2"), times],
      ...[named("ReLU′", "derivative, of"), text("("), symbol("Z1"), text(")")],
    ],
    words: "The error goes back along the same weights; units that kept silent get none.",
  },
  {
    name: "dW1",
    pass: "backward",
    tokens: [symbol("dW1"), equals, mean, symbol("dZ1"), transposed("X")],
    words: "The blame of the first weights, found as that of the second.",
  },
  {
    name: "db1",
    pass: "backward",
    tokens: [symbol("db1"), equals, mean, text("Σ", "the sum over the examples of"), symbol("dZ1")],
    words: "And of the first biases.",
  },
];

const updateOf = (name: "W1" | "b1" | "W2" | "b2", gradient: SymbolName, words: string): Equation => ({
  name,
  pass: "update",
  tokens: [
    ...[{ symbol: name, isAfter: true }, text(":=", "becomes"), symbol(name), minus],
    ...[{ factor: "alpha" } as const, symbol(gradient)],
  ],
  words,
});

/** The four updates of a step. Training does them as one update of the flat array of all parameters. */
export const UPDATE_EQUATIONS: readonly Equation[] = [
  updateOf("W1", "dW1", "Each weight takes a small step against its blame. Alpha says how small."),
  updateOf("b1", "db1", "So does each bias."),
  updateOf("W2", "dW2", "And the same for the second layer."),
  updateOf("b2", "db2", "Then the next step begins, from X on."),
];

/** The shape of a matrix in the notes, for m examples. */
export function shapeOf(name: SymbolName, [inputs, hidden, classes]: readonly number[], m: number): string {
  const rows: Readonly<Record<SymbolName, readonly [number, number | "m"]>> = {
    X: [inputs, "m"],
    W1: [hidden, inputs],
    b1: [hidden, 1],
    Z1: [hidden, "m"],
    A1: [hidden, "m"],
    W2: [classes, hidden],
    b2: [classes, 1],
    Z2: [classes, "m"],
    A2: [classes, "m"],
    Y: [classes, "m"],
    dZ2: [classes, "m"],
    dW2: [classes, hidden],
    db2: [classes, 1],
    dZ1: [hidden, "m"],
    dW1: [hidden, inputs],
    db1: [hidden, 1],
  };
  const [height, width] = rows[name];
  return `${height} × ${width === "m" ? m : width}`;
}

/** Describes each matrix, for tooltips and screen readers. */
export const MEANINGS: Readonly<Record<SymbolName, string>> = {
  X: "the input",
  W1: "weights from the input to the hidden units",
  b1: "biases of the hidden units",
  Z1: "sums of the hidden units",
  A1: "activations of the hidden units",
  W2: "weights from the hidden units to the classes",
  b2: "biases of the classes",
  Z2: "sums of the classes, the logits",
  A2: "probabilities of the classes",
  Y: "the right answer, one-hot",
  dZ2: "derivative of the loss by Z2",
  dW2: "derivative by W2: the gradient",
  db2: "derivative by b2",
  dZ1: "derivative by Z1",
  dW1: "derivative by W1",
  db1: "derivative by b1",
};
