/** Runs a trained model over columns of its dataset in blocks, so that memory is bounded. */
import { type KernelChoice, type Model, predictModel, rowEncoder, taskOf } from "@scratch-nn/core";
import { readOutputs } from "@scratch-nn/core/engine";
import type { BlockPredictions, Dataset } from "@scratch-nn/data";
import { yieldToEventLoop } from "@scratch-nn/parallel";

/** A model, its training data, and the kernels to compute with. */
export interface Subject {
  readonly model: Model;
  readonly dataset: Dataset;
  readonly kernels: KernelChoice;
  /** Examples.scale of the model's preprocessing. */
  readonly scale: number;
}

export function subjectOf(model: Model, dataset: Dataset, kernels: KernelChoice): Subject {
  return { model, dataset, kernels, scale: rowEncoder(model.preprocessing).scale };
}

/** The model's predictions for some columns, and the true values. */
export interface Block extends Omit<BlockPredictions, "ids" | "skipped" | "levels"> {
  /** Columns of the dataset. */
  readonly columns: Uint32Array;
  /** The model's outputs, [outputs, rows]. */
  readonly outputs: Float32Array;
}

/** The largest number of inputs in a block: about 16 MB. */
const MOST_NUMBERS = 2 ** 22;
const MOST_ROWS = 4096;

/** @yields blocks in the order of the columns; yields to the event loop between them */
export async function* blocksOf(subject: Subject, columns: Uint32Array): AsyncGenerator<Block> {
  const rows = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_NUMBERS / subject.dataset.inputs)));
  for (let first = 0; first < columns.length; first += rows) {
    const some = columns.subarray(first, first + rows);
    yield blockOf(subject, some, featuresOf(subject.dataset, some));
    await yieldToEventLoop();
  }
}

/** The inputs of some columns, [inputs, columns]. */
export function featuresOf({ X, inputs }: Dataset, columns: Uint32Array): Uint8Array | Float32Array {
  const length = columns.length * inputs;
  const some = X instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
  for (const [c, column] of columns.entries()) {
    some.set(X.subarray(column * inputs, (column + 1) * inputs), c * inputs);
  }
  return some;
}

/** @param X the inputs of the columns, original or changed, [inputs, columns] */
export function blockOf(
  { model, dataset, kernels, scale }: Subject,
  columns: Uint32Array,
  X: Uint8Array | Float32Array,
): Block {
  const task = taskOf(model);
  const { outputs, classes } = predictModel(model, X, { scale, kernels });
  const { indices, probabilities, values } = readOutputs(task, model.network, outputs, classes);
  const rows = columns.length;
  const predictions = { rows, columns, outputs, predicted: indices, probabilities, values };
  if (task.kind === "classes") {
    return { ...predictions, labels: Int32Array.from(columns, (column) => dataset.labels[column]), targets: undefined };
  }
  const truths = dataset.values ?? dataset.targets!;
  const count = task.names.length;
  const targets = new Float64Array(count * rows);
  for (const [c, column] of columns.entries()) {
    targets.set(truths.subarray(column * count, (column + 1) * count), c * count);
  }
  return { ...predictions, labels: undefined, targets };
}

/** At most `most` of the columns, evenly spaced, in their order. */
export function evenly(columns: Uint32Array, most: number): Uint32Array {
  if (columns.length <= most) return columns;
  return Uint32Array.from({ length: most }, (_, i) => columns[Math.floor((i * columns.length) / most)]);
}

/** Rows [first, end) of a block. */
export function rowsOf(block: Block, first: number, end: number): Block {
  const part = <Numbers extends { subarray(from: number, to: number): Numbers; readonly length: number }>(
    all: Numbers,
  ) => {
    const each = all.length / block.rows;
    return all.subarray(first * each, end * each);
  };
  const { columns, outputs, predicted, probabilities, values, labels, targets } = block;
  return {
    rows: end - first,
    columns: part(columns),
    outputs: part(outputs),
    predicted: part(predicted),
    probabilities: part(probabilities),
    values: part(values),
    labels: labels && part(labels),
    targets: targets && part(targets),
  };
}
