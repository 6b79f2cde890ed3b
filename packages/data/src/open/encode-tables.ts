/** Makes a dataset of tables in memory: finds labels and column types, fits encoders, encodes into shared memory. */
import { InputError, type Preprocessing, rowEncoder } from "@scratch-nn/core";
import { chooseLabels } from "../columns/choose-labels.ts";
import type { TaskName } from "../columns/choose-task.ts";
import { areRawBytes, encodeRows, type TablePart } from "../columns/encode-rows.ts";
import { type ColumnWishes, type FittedEncoders, fitEncoders } from "../columns/fit-encoders.ts";
import { type Answers, readAnswers } from "../columns/read-answers.ts";
import { fitQuantities, standardise } from "../columns/standardise.ts";
import { describeUnlabelledTable, hasLabels, testPart } from "../columns/test-table.ts";
import type { Table } from "../csv/gather-table.ts";
import type { TableOptions } from "../csv/table-layout.ts";
import {
  allocateFeatures,
  allocateLabels,
  type Dataset,
  type OnAllocate,
  range,
  requireTwoClasses,
  sharedTargets,
} from "../dataset/dataset.ts";
import { binsOf, type Split, type SplitOptions, type Strata, splitAsAsked } from "../dataset/split.ts";

export interface TableDatasetOptions extends TableOptions, ColumnWishes, SplitOptions {
  /** The label column, by name, by position from 1, or `last`. Default: see chooseLabel; several: see chooseLabels. */
  readonly label?: string | readonly string[] | undefined;
  /** Default: see chooseTask. */
  readonly task?: TaskName | undefined;
  /** Whether to clamp predictions of a quantity to its range in the training part. Default false. */
  readonly clamp?: boolean | undefined;
  readonly onAllocate?: OnAllocate | undefined;
  /** Whether to keep the table in memory, for {@link Dataset.refit}. Default false. */
  readonly refits?: boolean | undefined;
}

/**
 * Makes a dataset of one table, or of one to train on and one to test on. Column types and encoders depend on the
 * training part alone. Image bytes stay bytes.
 * @param name of the dataset in reports
 * @param readTest reads the test table, if there is one, after the labels of the training table have been read
 * @throws InputError that names the file, line and column, or the flag, at fault
 */
export async function tableDataset(
  name: string,
  train: Table,
  readTest: (() => Promise<Table>) | undefined,
  options: TableDatasetOptions,
): Promise<Dataset> {
  const choice = chooseLabels(train.where, train.layout, train, options.label);
  const answers = readAnswers(train, choice, options.task);
  const { task, where } = answers;
  if (task === "classes") requireTwoClasses(where, answers.classes);
  if (options.clamp && task !== "quantity") throw noClamp(task);

  const test = await readTest?.();
  const isTested = test !== undefined && hasLabels(test, train, answers);
  const strata = strataOf(answers);
  const split = isTested
    ? { train: range(0, answers.rows.length), test: range(0, 0) }
    : splitAsAsked(strata.labels, strata.classes, options);
  return encodeTables({ name, train, columns: choice.columns, answers, test, isTested }, split, options);
}

/** The tables of a dataset, with the label column found. */
interface LabelledTables {
  readonly name: string;
  readonly train: Table;
  /** The columns of the label, or of the labels. */
  readonly columns: readonly number[];
  readonly answers: Answers;
  readonly test: Table | undefined;
  readonly isTested: boolean;
}

/** @param split of the labelled rows of the training table; encoders are fitted to its training part */
async function encodeTables(tables: LabelledTables, split: Split, options: TableDatasetOptions): Promise<Dataset> {
  const { name, train, columns, answers, test, isTested } = tables;
  const { task, names } = answers;
  const fitted = fitPart(train, columns, answers, split.train, options);
  const parts: TablePart[] = [{ table: train, ...answers, places: fitted.places }];
  const tested = isTested ? testPart(test!, train, fitted, answers) : undefined;
  if (tested !== undefined) parts.push(tested);
  const unused = test && !isTested ? [describeUnlabelledTable(test, train, fitted, names)] : [];
  const told = toldBy(answers, split.train, parts, options.clamp ?? false);

  const outputs = task === "classes" ? answers.classes.length : names.length;
  const { X, labels } = await encode(parts, fitted.preprocessing, train.where, outputs, options.onAllocate);
  const { onAllocate: _, ...others } = options;
  // The mean and spread of quantities depend on the training part, too.
  const isRefitted = options.refits === true && (task === "quantity" || dependsOnPart(fitted.preprocessing));
  return {
    name,
    X,
    labels,
    ...told,
    inputs: rowEncoder(fitted.preprocessing).inputs,
    classes: answers.classes,
    preprocessing: fitted.preprocessing,
    label: names.length === 1 ? names[0] : undefined,
    columns: fitted.reports,
    remarks: [
      ...train.remarks,
      ...answers.remarks,
      ...fitted.remarks,
      ...(tested?.remarks ?? []),
      ...unused,
      ...(tested === undefined ? [] : remarksOnTest(tested.rows.length, options.testFraction)),
    ],
    train: split.train,
    test: tested === undefined ? split.test : range(answers.rows.length, answers.rows.length + tested.rows.length),
    ...(isRefitted ? { refit: (part) => encodeTables(tables, part, others) } : {}),
  };
}

function dependsOnPart({ encoders }: Preprocessing): boolean {
  return encoders.some(({ kind }) => kind !== "pixels");
}

/** The strata of a split: classes, or bins of a quantity; several columns form one stratum. */
function strataOf({ task, names, classes, rows, labels, values }: Answers): Strata {
  if (task === "classes") return { labels, classes: classes.length };
  if (names.length > 1) return { labels: new Uint16Array(rows.length), classes: 1 };
  return task === "labels" ? { labels: Uint16Array.from(values), classes: 2 } : binsOf(values);
}

/** The task, and the targets of all parts. @param trained the training part, as indices into `answers.rows` */
function toldBy(
  { task, names, where, values }: Answers,
  trained: Uint32Array,
  parts: readonly TablePart[],
  clamps: boolean,
): Pick<Dataset, "task" | "targets" | "values"> {
  if (task === "classes") return {};
  const all = Float64Array.from(parts.flatMap((part) => Array.from(part.values)));
  if (task === "labels") return { task: { kind: "labels", names }, targets: sharedTargets(all) };
  const count = names.length;
  const part = new Float64Array(trained.length * count);
  for (const [i, place] of trained.entries()) part.set(values.subarray(place * count, (place + 1) * count), i * count);
  const quantities = fitQuantities(where, names, part, clamps);
  return { task: quantities, targets: standardise(where, quantities, all), values: all };
}

function noClamp(task: TaskName): InputError {
  return new InputError({
    where: "--clamp",
    expected: "a quantity, whose predictions have a range",
    found: task,
    remedy: "leave it out, or pass --task quantity",
  });
}

/** @param part the training part, as indices into `answers.rows` */
function fitPart(
  table: Table,
  labelColumns: readonly number[],
  { rows, labels }: Answers,
  part: Uint32Array,
  wishes: ColumnWishes,
): FittedEncoders {
  return fitEncoders(
    {
      where: table.where,
      layout: table.layout,
      table,
      labelColumns,
      train: part.map((place) => rows[place]),
      labels: labels.length === 0 ? labels : Uint16Array.from(part, (place) => labels[place]),
    },
    wishes,
  );
}

/** Encodes features and labels of all parts, one part after another, into shared memory. */
async function encode(
  parts: readonly TablePart[],
  preprocessing: Preprocessing,
  where: string,
  classes: number,
  onAllocate: OnAllocate | undefined,
): Promise<Pick<Dataset, "X" | "labels">> {
  const { inputs } = rowEncoder(preprocessing);
  const m = parts.reduce((rows, part) => rows + part.rows.length, 0);
  const labels = allocateLabels(parts.reduce((sum, part) => sum + part.labels.length, 0));
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

/** Yields to the event loop; a browser has no setImmediate. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve);
  });
}

function remarksOnTest(tested: number, fraction: number | undefined): string[] {
  return fraction === undefined ? [] : [`it has a test set of its own (${tested} rows): --test-fraction is not used`];
}
