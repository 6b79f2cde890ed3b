/**
 * Properties of tables as datasets, for fast-check: any cells give an InputError, or a consistent dataset whose
 * encoding a model can apply to the raw rows. The tests try a few inputs, `node test/fuzz/tables.ts` many.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNetwork, encodeModel, InputError, predict, rowEncoder, taskOf } from "@scratch-nn/core";
import { readOutputs } from "@scratch-nn/core/engine";
import { loadModel } from "@scratch-nn/core/predict";
import { type Dataset, type OpenOptions, openDataset, predictSource } from "@scratch-nn/data";
import fc from "fast-check";

const WORDS = ["a", "b", "yes", "no", "red", "Bär", "x y", "", "NA", "?", "2024-01-05", "31/12/2020", "constructor"];

/** The cells of a column: most of one kind, some of another. */
const columnOf = (rows: number): fc.Arbitrary<readonly string[]> => {
  const kinds: fc.Arbitrary<string>[] = [
    fc.integer({ min: -5, max: 300 }).map(String),
    fc.integer({ min: 0, max: 1 }).map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom(...WORDS),
    fc.constantFrom("same"),
    fc.date({ min: new Date(0), max: new Date(2e12), noInvalidDate: true }).map((d) => d.toISOString().slice(0, 10)),
    fc.string({ maxLength: 12 }).map((text) => text.replace(/[\r\n",\0]/g, "").trim()),
  ];
  return fc
    .tuple(fc.constantFrom(...kinds), fc.constantFrom(...kinds), fc.constantFrom(0, 0, 0, 0.1))
    .chain(([most, some, share]) =>
      fc.array(share === 0 ? most : fc.oneof({ arbitrary: most, weight: 9 }, { arbitrary: some, weight: 1 }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
};

interface RandomTable {
  readonly names: readonly string[];
  /** The cells, column by column. */
  readonly columns: readonly (readonly string[])[];
  readonly options: OpenOptions;
}

export const randomTable: fc.Arbitrary<RandomTable> = fc
  .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 2, max: 40 }))
  .chain(([width, rows]) =>
    fc.record({
      names: fc.constant(Array.from({ length: width }, (_, k) => (k === width - 1 ? "label" : `c${k}`))),
      columns: fc.tuple(...Array.from({ length: width }, () => columnOf(rows))),
      options: fc.record(
        {
          scale: fc.constantFrom("auto", "pixels", "standard", "robust", "none"),
          categorical: fc.constantFrom([], ["c0"]),
          numeric: fc.constantFrom([], ["c0"]),
          drop: fc.constantFrom([], ["c0"]),
          testFraction: fc.constantFrom(0, 0.2, 0.5),
        },
        { requiredKeys: [] },
      ),
    }),
  );

/** @returns undefined for an InputError @throws any other error */
async function orInputError<T>(attempt: () => Promise<T>): Promise<T | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function check(fact: boolean, what: string): void {
  if (!fact) throw new Error(what);
}

const quoted = (cell: string): string => (/^[\w.+/-]*$/.test(cell) ? cell : `"${cell}"`);

/** @param folder an empty folder for its files */
export function tableProperty(folder: string): fc.IAsyncProperty<[RandomTable]> {
  const path = join(folder, "table.csv");
  return fc.asyncProperty(randomTable, async ({ names, columns, options }) => {
    const rows = columns[0].map((_, r) => columns.map((column) => quoted(column[r])).join(","));
    writeFileSync(path, `${names.join(",")}\n${rows.join("\n")}\n`);
    const dataset = await orInputError(() => openDataset(path, options));
    if (dataset === undefined) return;
    checkDataset(dataset, rows.length);
    // A row without a label was not encoded for training; its prediction may fail at an extreme number.
    const isWhole = (dataset.targets ?? dataset.labels).length === rows.length;
    const attempt = checkPredictions(dataset, path);
    await (isWhole ? attempt : orInputError(() => attempt));
  });
}

function checkDataset(dataset: Dataset, rows: number): void {
  const { X, labels, targets, inputs, classes, train, test, preprocessing } = dataset;
  check(train.length + test.length <= rows, "more examples than rows");
  check(train.length > 0 && X.length === inputs * (train.length + test.length), "the size of X");
  check(X.every(Number.isFinite), "a feature that is no number");
  check(
    labels.every((label) => label < classes.length),
    "a label without a class",
  );
  check(rowEncoder(preprocessing).inputs === inputs, "encoders of other inputs");
  if (taskOf(dataset).kind === "classes") {
    check(new Set(classes).size === classes.length && classes.length >= 2, "classes");
  } else {
    check(targets!.length === train.length + test.length && targets!.every(Number.isFinite), "targets");
  }
}

/** Expects the same predictions for X and for the rows of the file. */
async function checkPredictions(dataset: Dataset, path: string): Promise<void> {
  const { X, inputs, classes, preprocessing, label, labels, targets, values } = dataset;
  const task = taskOf(dataset);
  const isQuantity = task.kind === "quantities";
  const network = isQuantity
    ? createNetwork({ layers: [inputs, 3, 1], output: "identity" })
    : createNetwork({ layers: [inputs, 3, classes.length] });
  const bytes = encodeModel({ network, classes, task, preprocessing, label });
  const outputs = predict(network, X, { scale: rowEncoder(preprocessing).scale });
  const expected = isQuantity ? readOutputs(task, network, outputs.outputs, outputs.classes).values : outputs.classes;
  const source = await predictSource(path, { bytes, where: "model" }, { label: { column: undefined } });
  const found: number[] = [];
  for await (const block of source.blocks) {
    if (isQuantity) {
      for (const [row, y] of block.targets!.entries()) {
        if (Number.isNaN(y)) continue;
        check(y === values![found.length], "a quantity");
        found.push(block.values[row]);
      }
    }
    for (const [row, of] of block.labels?.entries() ?? []) if (of >= 0) found.push(block.predicted[row]);
  }
  await source.close();
  check(found.length === (targets ?? labels).length, "rows with a label");
  check(
    found.every((k, i) => k === expected[i]),
    "predictions of the file",
  );
  check(loadModel(bytes).columns.join() === preprocessing.columns.join(), "columns of the model");
}
