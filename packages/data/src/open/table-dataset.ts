/** Tables as datasets: label, types and encoders found, features encoded into shared memory. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Preprocessing, rowEncoder } from "@scratch-nn/core";
import { chooseLabel } from "../columns/choose-label.ts";
import { columnName } from "../columns/column-name.ts";
import { columnValues } from "../columns/column-values.ts";
import { areRawBytes, encodeRows, type TablePart } from "../columns/encode-rows.ts";
import { type ColumnWishes, type FittedEncoders, fitEncoders } from "../columns/fit-encoders.ts";
import { type Labels, readLabels } from "../columns/read-labels.ts";
import { describeUnlabelledTable, hasLabel, testPart } from "../columns/test-table.ts";
import { readTable, type Table } from "../csv/read-table.ts";
import type { TableOptions } from "../csv/table-layout.ts";
import {
  allocateFeatures,
  allocateLabels,
  type Dataset,
  type OnAllocate,
  range,
  requireTwoClasses,
} from "../dataset/dataset.ts";
import { type Split, type SplitOptions, splitAsAsked } from "../dataset/split.ts";

export interface TableFiles {
  readonly train: string;
  readonly test?: string | undefined;
}

export interface TableDatasetOptions extends TableOptions, ColumnWishes, SplitOptions {
  /** The label column, by name, by position from 1, or `last`; default: see chooseLabel. */
  readonly label?: string | undefined;
  readonly onAllocate?: OnAllocate | undefined;
  /** Whether the table is kept, for {@link Dataset.refit}. */
  readonly refits?: boolean | undefined;
}

/**
 * Reads one table, or one to train on and one to test on. What each column is, and how it is encoded, is judged by
 * the training part alone; bytes of images stay bytes.
 * @param name what the dataset is called in reports
 * @throws InputError naming file, line and column, or the flag, of what is wrong
 */
export async function readTableDataset(
  name: string,
  files: TableFiles,
  options: TableDatasetOptions,
): Promise<Dataset> {
  const train = await readTable(files.train, options);
  const choice = chooseLabel(train.where, train.layout, train, options.label);
  const label = train.layout.names[choice.column];
  const where = `${train.where}, column ${columnName(train.layout, choice.column)}`;
  const labels = readLabels(where, columnValues(train, choice.column), choice.trust);
  const { classes } = labels;
  requireTwoClasses(where, classes);

  const test = files.test === undefined ? undefined : await readTable(files.test, { ...options, rows: undefined });
  const isTested = test !== undefined && hasLabel(test, train, label);
  const split = isTested
    ? { train: range(0, labels.rows.length), test: range(0, 0) }
    : splitAsAsked(labels.labels, classes.length, options);
  return encodeTables(
    { name, train, column: choice.column, reason: choice.reason, labels, test, isTested },
    split,
    options,
  );
}

/** Tables that have been read, their label found. */
interface LabelledTables {
  readonly name: string;
  readonly train: Table;
  /** Of the label. */
  readonly column: number;
  /** Why this one. */
  readonly reason: string;
  readonly labels: Labels;
  readonly test: Table | undefined;
  readonly isTested: boolean;
}

/** @param split of the training table's rows: encoders are fitted to its training part */
async function encodeTables(tables: LabelledTables, split: Split, options: TableDatasetOptions): Promise<Dataset> {
  const { name, train, column, reason, labels, test, isTested } = tables;
  const { classes } = labels;
  const label = train.layout.names[column];
  const fitted = fitPart(train, column, labels, split.train, options);
  const parts: TablePart[] = [{ table: train, rows: labels.rows, labels: labels.labels, places: fitted.places }];
  const tested = isTested ? testPart(test!, train, fitted, { name: label, classes }) : undefined;
  if (tested !== undefined) parts.push(tested);
  const unused = test && !isTested ? [describeUnlabelledTable(test, train, fitted, label)] : [];

  const { X, labels: all } = await encode(parts, fitted.preprocessing, train.where, classes.length, options.onAllocate);
  const { onAllocate: _, ...others } = options;
  const isRefitted = options.refits === true && fitted.preprocessing.encoders.some(({ kind }) => kind !== "pixels");
  return {
    name,
    X,
    labels: all,
    inputs: rowEncoder(fitted.preprocessing).inputs,
    classes,
    preprocessing: fitted.preprocessing,
    label,
    columns: fitted.reports,
    remarks: [
      ...train.remarks,
      `label: column ${columnName(train.layout, column)}, ${reason}`,
      ...labels.remarks,
      ...fitted.remarks,
      ...(tested?.remarks ?? []),
      ...unused,
      ...(tested === undefined ? [] : remarksOnTest(tested.rows.length, options.testFraction)),
    ],
    train: split.train,
    test: tested === undefined ? split.test : range(labels.rows.length, all.length),
    ...(isRefitted ? { refit: (part) => encodeTables(tables, part, others) } : {}),
  };
}

/** @param part places in `labels.rows` of the training part */
function fitPart(table: Table, label: number, labels: Labels, part: Uint32Array, wishes: ColumnWishes): FittedEncoders {
  return fitEncoders(
    {
      where: table.where,
      layout: table.layout,
      table,
      label,
      train: part.map((place) => labels.rows[place]),
      labels: Uint16Array.from(part, (place) => labels.labels[place]),
    },
    wishes,
  );
}

/** Features and labels of all parts, one after another, in shared memory. */
async function encode(
  parts: readonly TablePart[],
  preprocessing: Preprocessing,
  where: string,
  classes: number,
  onAllocate: OnAllocate | undefined,
): Promise<Pick<Dataset, "X" | "labels">> {
  const { inputs } = rowEncoder(preprocessing);
  const m = parts.reduce((rows, part) => rows + part.rows.length, 0);
  const labels = allocateLabels(m);
  const type = areRawBytes(preprocessing, parts) ? "bytes" : "floats";
  const X = allocateFeatures(where, inputs, m, type, classes, onAllocate);
  let at = 0;
  for (const part of parts) {
    labels.set(part.labels, at);
    at += part.labels.length;
  }
  for (const _ of encodeRows(parts, preprocessing, X)) await nextTurn();
  return { X, labels };
}

function remarksOnTest(tested: number, fraction: number | undefined): string[] {
  return fraction === undefined ? [] : [`it has a test set of its own (${tested} rows): --test-fraction is not used`];
}
