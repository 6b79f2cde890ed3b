/** The task of a network: classes, labels or quantities, and how its outputs are read. */
import type { Field } from "../checks/field.ts";
import type { Network } from "../model/network.ts";

/** Exactly one class per example. With a single sigmoid output, it is the probability of the second of two classes. */
export interface ClassesTask {
  readonly kind: "classes";
  readonly classes: readonly string[];
}

/** Labels, of which an example may have any; there is one sigmoid per label. */
export interface LabelsTask {
  readonly kind: "labels";
  readonly names: readonly string[];
}

/** Quantities, standardised: an output is (value - center) / spread. All arrays are [outputs], in f64. */
export interface QuantitiesTask {
  readonly kind: "quantities";
  readonly names: readonly string[];
  readonly center: readonly number[];
  /** Above 0. */
  readonly spread: readonly number[];
  /** The range of the values in training. */
  readonly least: readonly number[];
  readonly most: readonly number[];
  /** Whether predictions are clamped to that range. */
  readonly clamps: boolean;
}

export type Task = ClassesTask | LabelsTask | QuantitiesTask;

/** @throws InputError unless the task is valid for a network with that output and number of outputs */
export function checkTask(field: Field, { output, layers }: Pick<Network, "output" | "layers">): Task {
  const outputs = layers.at(-1)!;
  const kinds = { softmax: ["classes"], sigmoid: ["classes", "labels"], identity: ["quantities"] } as const;
  const kind = field.at("kind").oneOf<Task["kind"]>(kinds[output]);
  const count = (of: Field, wanted: number): void => {
    const found = of.size();
    if (found !== wanted) of.fail(`${wanted}, as many as the network has outputs`, `${found}`);
  };
  const numbers = (name: string, read: (item: Field) => number): number[] => {
    count(field.at(name), outputs);
    return field.at(name).map(read);
  };
  if (kind === "classes") {
    const classes = field.at("classes");
    if (output === "sigmoid" && outputs !== 1) field.fail("one output for two classes", `${outputs}`);
    count(classes, output === "sigmoid" ? 2 : outputs);
    return { kind, classes: classes.distinct() };
  }
  count(field.at("names"), outputs);
  const names = field.at("names").distinct();
  if (kind === "labels") return { kind, names };
  const least = numbers("least", (item) => item.number());
  const most = numbers("most", (item) => item.number());
  for (const [u, value] of most.entries()) {
    if (value < least[u]) field.at("most").fail(`numbers that are not below the least, here ${least[u]}`, `${value}`);
  }
  return {
    kind,
    names,
    center: numbers("center", (item) => item.number()),
    spread: numbers("spread", (item) => item.positive()),
    least,
    most,
    clamps: field.at("clamps").boolean(),
  };
}

/** The value of an output, in its own units. @param u the index of the quantity */
export function quantityOf({ center, spread, least, most, clamps }: QuantitiesTask, u: number, a: number): number {
  const value = center[u] + spread[u] * a;
  return clamps ? Math.min(Math.max(value, least[u]), most[u]) : value;
}

/** The predictions that the outputs of some examples represent. */
export interface ReadOutputs {
  /** The most likely class of each example, [m]. For labels: 1 for each predicted label, else 0, [labels, m]. */
  readonly indices: Uint16Array;
  /** The probability of each class or label: [classes, m]; empty for quantities. */
  readonly probabilities: Float32Array;
  /** The value of each quantity, in its own units: [quantities, m]; empty otherwise. */
  readonly values: Float64Array;
}

/**
 * Reads the outputs according to the task.
 * @param outputs A[L], [outputs, m]
 * @param predicted the most likely classes of a softmax, [m]
 */
export function readOutputs(
  task: Task,
  { output }: Pick<Network, "output">,
  outputs: Float32Array,
  predicted: Uint16Array,
): ReadOutputs {
  const values = new Float64Array(0);
  if (task.kind === "quantities") {
    const count = task.names.length;
    return {
      indices: new Uint16Array(0),
      probabilities: new Float32Array(0),
      values: Float64Array.from(outputs, (a, i) => quantityOf(task, i % count, a)),
    };
  }
  if (output === "softmax") return { indices: predicted, probabilities: outputs, values };
  const indices = Uint16Array.from(outputs, (a) => (a > 0.5 ? 1 : 0));
  if (task.kind === "labels") return { indices, probabilities: outputs, values };
  const probabilities = new Float32Array(2 * outputs.length);
  for (const [c, a] of outputs.entries()) probabilities.set([1 - a, a], 2 * c);
  return { indices, probabilities, values };
}
