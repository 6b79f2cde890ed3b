/** A loaded model: it predicts classes and probabilities, or quantities, from raw rows. */
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
  /** The name of each row's most likely class, the first one of equals: [m]; empty for other tasks. */
  readonly classes: string[];
  /**
   * The same as indices into {@link Predictor.classes}: [m]. For several labels: 1 for each that is more likely than
   * not, else 0, [labels, m]. Empty for quantities.
   */
  readonly indices: Uint16Array;
  /**
   * The probability of each class or label for each row, from 0 to 1: [classes, m], row after row. Empty for
   * quantities.
   */
  readonly probabilities: Float32Array;
  /** The value of each quantity for each row, in its own units: [quantities, m]. Empty for other tasks. */
  readonly values: Float64Array;
}

export interface Predictor {
  /** The names of the classes, in the order of the probabilities; empty for other tasks. */
  readonly classes: readonly string[];
  /** The task, with the names of labels or quantities. */
  readonly task: Task;
  /**
   * The names of the raw columns, in the order of an array's cells; their positions from 1 where they have no names.
   */
  readonly columns: readonly string[];
  /** The name of the label's column, where it is known. */
  readonly label: string | undefined;
  /**
   * Predicts from raw rows of a table, with the same preprocessing as in training. An empty array gives no predictions.
   * @param rows arrays or typed arrays with a cell for each of `columns`, or objects that have the columns as own
   *   properties. Objects may omit columns that the network does not use, and their other properties are ignored. Cells
   *   are numbers, strings, booleans or dates; undefined, null, NaN and the marks of a missing value in a CSV are
   *   missing
   * @throws InputError naming the row and the column
   */
  predict(rows: readonly Row[]): Predictions;
  /**
   * Predicts from raw numbers.
   * @param X [columns, m]: one column per example, column after column; NaN is missing
   * @throws InputError when X is not a whole number of columns, or a number is too large
   */
  predictColumns(X: Numbers): Predictions;
}

/** The number of inputs encoded at a time: 4 MB. */
const MOST_NUMBERS = 2 ** 20;

/** @param forwardOf creates the forward pass of the model, given Examples.scale */
export function predictorOf(model: Model, forwardOf: (scale: number) => Forward): Predictor {
  const { network, classes, preprocessing, label } = model;
  const { columns } = preprocessing;
  const task = taskOf(model);
  const encoder = rowEncoder(preprocessing);
  const readRow = rowReader(preprocessing);
  const forward = forwardOf(Math.fround(encoder.scale));
  const outputs = network.layers.at(-1)!;
  const atOnce = Math.max(1, Math.floor(MOST_NUMBERS / encoder.inputs));

  /** @param cellsOf returns the cells of row r */
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
