/** A model made ready: raw rows in, classes and probabilities, or quantities, out. */
import { type Numbers, numbersOf } from "../checks/arrays.ts";
import { InputError } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import type { Cell } from "../columns/cell.ts";
import { rowEncoder } from "../columns/row-encoder.ts";
import { type Model, taskOf } from "../formats/model.ts";
import { readOutputs, type Task } from "../formats/task.ts";
import type { Forward } from "./plain-forward.ts";
import { type Row, rowReader } from "./rows.ts";

export type { Numbers } from "../checks/arrays.ts";
export type { Task } from "../formats/task.ts";
export type { Row } from "./rows.ts";

export interface Predictions {
  /** The name of each row's most likely class, the first of equals: [m]; none where the task is another. */
  readonly classes: string[];
  /**
   * The same as numbers from 0, places in {@link Predictor.classes}: [m]. Of several labels, 1 for each that is more
   * likely than not, else 0: [labels, m]. None of quantities.
   */
  readonly indices: Uint16Array;
  /** Of each class, or label, for each row, from 0 to 1: [classes, m], a row's after the other's. None of quantities. */
  readonly probabilities: Float32Array;
  /** Of each quantity for each row, in its own units: [quantities, m]. None where the task is another. */
  readonly values: Float64Array;
}

export interface Predictor {
  /** The names of the classes, in the order of the probabilities; none where the task is another. */
  readonly classes: readonly string[];
  /** What is predicted, with the names of labels or quantities. */
  readonly task: Task;
  /** The names of the raw columns, in the order of an array's cells; their positions from 1 where they have no names. */
  readonly columns: readonly string[];
  /** The name of the column that is predicted, where it is known. */
  readonly label: string | undefined;
  /**
   * Predicts from raw rows, as they stand in a table: everything that was done to the training rows is done to them.
   * No rows give no predictions.
   * @param rows arrays or typed arrays, a cell for each of `columns`; or objects that have them as properties of their
   *   own, where columns that the network makes nothing of may be left out, and others are not looked at. Cells are
   *   numbers, strings, booleans, dates; undefined, null, NaN and what stands for missing in a CSV are missing
   * @throws InputError naming the row and the column
   */
  predict(rows: readonly Row[]): Predictions;
  /**
   * Predicts from raw numbers.
   * @param X [columns, m]: one column per example, column after column; NaN is missing
   * @throws InputError when that is no whole number of columns, or a number is too large
   */
  predictColumns(X: Numbers): Predictions;
}

/** Inputs that are encoded at a time: 4 MB. */
const MOST_NUMBERS = 2 ** 20;

/** @param forwardOf given Examples.scale, what runs the model's network */
export function predictorOf(model: Model, forwardOf: (scale: number) => Forward): Predictor {
  const { network, classes, preprocessing, label } = model;
  const { columns } = preprocessing;
  const task = taskOf(model);
  const encoder = rowEncoder(preprocessing);
  const readRow = rowReader(preprocessing);
  const forward = forwardOf(Math.fround(encoder.scale));
  const outputs = network.layers.at(-1)!;
  const atOnce = Math.max(1, Math.floor(MOST_NUMBERS / encoder.inputs));

  /** @param cellsOf the cells of row r */
  const run = (m: number, what: string, cellsOf: (r: number) => readonly Cell[]): Predictions => {
    const X = new Float32Array(encoder.inputs * Math.min(m, atOnce));
    const indices = new Uint16Array(m);
    const found = new Float32Array(outputs * m);
    for (let first = 0; first < m; first += atOnce) {
      const end = Math.min(first + atOnce, m);
      for (let r = first; r < end; r++) {
        const cells = cellsOf(r);
        try {
          encoder.encode(cells, X, (r - first) * encoder.inputs);
        } catch (error) {
          throw error instanceof InputError ? inRow(`${what}[${r}]`, error) : error;
        }
      }
      forward(
        X.subarray(0, (end - first) * encoder.inputs),
        found.subarray(first * outputs, end * outputs),
        indices.subarray(first, end),
      );
    }
    const read = readOutputs(task, network, found, indices);
    return { classes: classes.length === 0 ? [] : Array.from(read.indices, (index) => classes[index]), ...read };
  };

  return {
    classes,
    task,
    columns,
    label,
    predict(rows) {
      if (!Array.isArray(rows)) {
        throw new InputError({
          where: "rows",
          expected: "an array of rows",
          found: describeValue(rows),
          remedy: "pass [row] for a single one; predictColumns takes numbers one behind the other",
        });
      }
      return run(rows.length, "rows", (r) => readRow(rows[r], r));
    },
    predictColumns(X) {
      const numbers = numbersOf(X);
      const m = (numbers?.length ?? Number.NaN) / columns.length;
      if (numbers === undefined || !Number.isInteger(m)) {
        throw new InputError({
          where: "X",
          expected: `an array of numbers, ${columns.length} for each example`,
          found: numbers === undefined ? describeValue(X) : `${numbers.length} numbers`,
          remedy: "pass [columns, m], column after column",
        });
      }
      const cells: Cell[] = new Array(columns.length);
      return run(m, "examples", (r) => {
        for (let k = 0; k < cells.length; k++) cells[k] = numbers[r * cells.length + k];
        return cells;
      });
    },
  };
}

function inRow(where: string, { fault }: InputError): InputError {
  return new InputError({ ...fault, where: `${where}, ${fault.where}` });
}
