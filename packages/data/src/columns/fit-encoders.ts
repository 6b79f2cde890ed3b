/** Fits the encoders of a table to its training part: judges each column and chooses its encoder. */

import { type ColumnEncoder, InputError, type Preprocessing } from "@scratch-nn/core";
import { excerpt, requireInteger } from "@scratch-nn/core/engine";
import type { TableLayout } from "../csv/table-layout.ts";
import type { ColumnReport } from "../dataset/column-report.ts";
import { findLookalikes } from "./alike.ts";
import { judgeColumn, type Scale, type Wish } from "./column-kind.ts";
import { columnName } from "./column-name.ts";
import {
  type ColumnValues,
  cellOfTable,
  columnValues,
  eachColumn,
  lineOfRow,
  type TableRows,
} from "./column-values.ts";
import { findColumn } from "./find-name.ts";
import { marksIn, withGaps } from "./gap-marks.ts";
import { givesLabelAway } from "./leak.ts";
import { roundLongNumbers } from "./long-numbers.ts";
import { findOddCell } from "./odd-cells.ts";
import { areBytes, arePixels } from "./pixels.ts";
import { describeQuotes } from "./quotes.ts";
import { wholeColumn } from "./whole-column.ts";

/** What the user asks for columns, by name or position. */
export interface ColumnWishes {
  readonly scale?: Scale | undefined;
  readonly drop?: readonly string[] | undefined;
  readonly categorical?: readonly string[] | undefined;
  readonly numeric?: readonly string[] | undefined;
  /**
   * The most bins that each number gets in addition, from 0 (none, the default) to 255. Their inputs come after all
   * others. They are for networks that learn steps better than lines.
   */
  readonly bins?: number | undefined;
}

/** A table with its label columns and its training part. */
export interface TrainingTable {
  readonly where: string;
  readonly layout: TableLayout;
  readonly table: TableRows;
  /** The columns of the labels. */
  readonly labelColumns: readonly number[];
  /** The rows of the training part, ascending. */
  readonly train: Uint32Array;
  /** The class of each row of the training part; empty unless the task is classes. */
  readonly labels: Uint16Array;
}

export interface FittedEncoders {
  readonly preprocessing: Preprocessing;
  /** For each of preprocessing.columns, the index of the table's column. */
  readonly places: readonly number[];
  /** A report on each column except the label. */
  readonly reports: readonly ColumnReport[];
  readonly remarks: readonly string[];
}

const MOST_BINS = 255;

/**
 * Fits the encoders to the training part.
 * @throws InputError if a column mixes numbers and words, if a wish names no column, or if no column is left
 */
export function fitEncoders(training: TrainingTable, wishes: ColumnWishes): FittedEncoders {
  const { layout, table, labelColumns } = training;
  const wished = readWishes(training, wishes);
  const bins = requireInteger("bins", wishes.bins ?? 0, 0, MOST_BINS);
  const features = layout.names.flatMap((_, column) => (labelColumns.includes(column) ? [] : [column]));
  const { scale = "auto" } = wishes;
  if (wished.size === 0 && takesPixels(scale, table, features, layout)) return pixelEncoder(layout, features);

  const fitted: { place: number; encoder: ColumnEncoder }[] = [];
  const binned: ColumnEncoder[] = [];
  const reports: ColumnReport[] = [];
  const leaks: string[] = [];
  const mixed: string[] = [];
  const gaps: string[] = [];
  const quotes: string[] = [];
  const lookalikes: string[] = [];
  const values = eachColumn(
    table,
    features.filter((column) => wished.get(column) !== "drop"),
    training.train,
  );
  for (const [i, column] of features.entries()) {
    const name = layout.names[column];
    const given = wished.get(column);
    const whole = given === undefined ? wholeColumn(table, column) : undefined;
    const isMixed = whole?.isMixed === true;
    if (isMixed) mixed.push(columnName(layout, column));
    const wish = isMixed ? "categorical" : given;
    if (wish === "drop") {
      reports.push({ name, kind: "dropped", detail: "left out by --drop" });
      continue;
    }
    const read = values.next().value as ColumnValues;
    const asWished = wish === "numeric" ? roundLongNumbers(read) : read;
    const ofColumn = wish === "categorical" ? asWished : withGaps(asWished);
    const marks = marksIn(asWished, ofColumn);
    if (marks.length > 0) gaps.push(describeGaps(columnName(layout, column), marks));
    if (!whole?.isOfWords) requireOneKind(training, column, ofColumn, wish);
    const traits = { name, wish, scale, bins, countsRows: countsRows(table, column), ...whole };
    // Without names, indices count all columns: only their number shows whether a later table has a label.
    const index = layout.hasHeader ? fitted.length : i;
    const { kind, detail, encoder, bins: ofBins } = judgeColumn(ofColumn, index, traits);
    reports.push({ name, kind, detail });
    if (encoder === undefined) continue;
    fitted.push({ place: column, encoder });
    const quoted = describeQuotes(`the values of column ${columnName(layout, column)}`, ofColumn.words);
    if (quoted !== undefined) quotes.push(quoted);
    const alike = encoder.kind === "category" || encoder.kind === "binary" ? findLookalikes(encoder.levels) : undefined;
    if (alike !== undefined)
      lookalikes.push(`column ${columnName(layout, column)} has levels that look alike: ${alike}`);
    if (ofBins !== undefined) binned.push(ofBins);
    if (givesLabelAway(ofColumn, training.labels)) leaks.push(columnName(layout, column));
  }
  requireSome(training, fitted.length, reports);
  const places = layout.hasHeader ? fitted.map(({ place }) => place) : features;
  return {
    preprocessing: {
      columns: places.map((place) => layout.names[place]),
      named: layout.hasHeader,
      encoders: [...fitted.map(({ encoder }) => encoder), ...binned],
    },
    places,
    reports,
    remarks: [
      ...mixed.map(describeMixed),
      ...gaps,
      ...quotes,
      ...lookalikes,
      ...(leaks.length === 0 ? [] : [describeLeaks(leaks)]),
    ],
  };
}

function describeMixed(name: string): string {
  return `column ${name} has words among a few numbers: its values are taken for categories; --numeric refuses the words`;
}

function describeGaps(name: string, marks: readonly string[]): string {
  return `column ${name}: ${marks.map(excerpt).join(", ")} ${marks.length === 1 ? "is" : "are"} taken for missing; --categorical makes a level of it`;
}

function describeLeaks(names: readonly string[]): string {
  const [subject, them] = names.length === 1 ? ["column", "it"] : ["each of the columns", "them"];
  const some = names.length <= 8 ? names.join(", ") : `${names.slice(0, 6).join(", ")}, ... (${names.length} of them)`;
  return `${subject} ${some} alone gives the label away: --drop ${them} if that is not known beforehand`;
}

function takesPixels(scale: Scale, table: TableRows, features: readonly number[], layout: TableLayout): boolean {
  if (scale === "auto")
    return arePixels(
      table,
      features,
      features.map((column) => layout.names[column]),
    );
  return scale === "pixels" && areBytes(table, features);
}

function pixelEncoder(layout: TableLayout, features: readonly number[]): FittedEncoders {
  const columns = features.map((column) => layout.names[column]);
  return {
    preprocessing: {
      columns,
      named: layout.hasHeader,
      encoders: [{ kind: "pixels", column: 0, count: columns.length, factor: 1 / 255 }],
    },
    places: features,
    reports: columns.map((name) => ({ name, kind: "pixels", detail: "divided by 255" })),
    remarks: [],
  };
}

/**
 * Maps columns to the wishes of the user.
 * @throws InputError that names the flag if there is no such column or if two flags contradict each other
 */
function readWishes({ where, layout, labelColumns }: TrainingTable, wishes: ColumnWishes): ReadonlyMap<number, Wish> {
  const wished = new Map<number, Wish>();
  const lists = [
    ["--drop", "drop", wishes.drop],
    ["--categorical", "categorical", wishes.categorical],
    ["--numeric", "numeric", wishes.numeric],
  ] as const;
  for (const [flag, wish, names] of lists) {
    for (const name of names ?? []) {
      const column = findColumn(flag, where, layout, name, "check the spelling; names are comma-separated");
      const fail = (expected: string, found: string): never => {
        throw new InputError({ where: flag, expected, found, remedy: "leave one of them out" });
      };
      if (labelColumns.includes(column)) fail("a feature", `${excerpt(name)}, which is the label`);
      const before = wished.get(column);
      if (before !== undefined && before !== wish)
        fail("one of --drop, --categorical and --numeric for a column", `two for ${excerpt(name)}`);
      wished.set(column, wish);
    }
  }
  return wished;
}

/** @throws InputError at the first odd cell of the column (see findOddCell) */
function requireOneKind(training: TrainingTable, column: number, values: ColumnValues, wish: Wish): void {
  if (wish === "categorical" || wish === "drop") return;
  const odd = findOddCell(values, wish);
  if (odd === undefined) return;
  const line = lineOfRow(training.table, training.train[odd.row]);
  const name = columnName(training.layout, column);
  throw new InputError({
    where: `${training.where}:${line}:${column + 1}`,
    expected: odd.expected,
    found: `${excerpt(odd.cell)} (column ${name})${odd.why === "" ? "" : `, which ${odd.why}`}`,
    remedy: odd.isWholeColumn
      ? `write plain numbers there, or pass --categorical or --drop ${name}`
      : `mend or delete that row, empty the cell, or pass --categorical or --drop ${name}`,
  });
}

function requireSome({ where, layout }: TrainingTable, kept: number, reports: readonly ColumnReport[]): void {
  if (kept > 0) return;
  const reasons = reports.slice(0, 5).map(({ name, kind, detail }) => `${excerpt(name)} is ${kind} (${detail})`);
  throw new InputError({
    where,
    expected: "at least one column to learn from besides the label",
    found: reports.length === 0 ? `${layout.names.length} column` : reasons.join("; "),
    remedy: reports.some(({ kind }) => kind === "category")
      ? "keep columns of numbers with --numeric, or check --label"
      : "keep columns with --numeric or --categorical, or check --label",
  });
}

/** Whether the values of a column are n, n + 1, n + 2, ... over all rows of the file. */
function countsRows(table: TableRows, column: number): boolean {
  const first = cellOfTable(table, 0, column);
  if (typeof first !== "number" || table.rows < 3 || cellOfTable(table, 1, column) !== first + 1) return false;
  const { numbers } = columnValues(table, column);
  return numbers.every((x, row) => x === first + row);
}
