/** Judges the kind of a column from all rows of the training part, and makes its encoder. */
import type { ColumnEncoder } from "@scratch-nn/core";
import { type DateOrder, excerpt, levelOf, parseDate } from "@scratch-nn/core/engine";
import type { ColumnKind } from "../dataset/column-report.ts";
import { type ColumnValues, countLevels, MISSING, sortLevels } from "./column-values.ts";
import { findKnots } from "./knots.ts";
import { isLongNumber } from "./long-numbers.ts";
import { DATE_ORDERS, ORDERS } from "./odd-cells.ts";
import { type Moments, momentsOf, quantile, sortedNumbers } from "./statistics.ts";

export const SCALES = ["auto", "pixels", "standard", "robust", "none"] as const;
/** How to scale numbers; `auto` means pixels if the features look like pixels, else standard. */
export type Scale = (typeof SCALES)[number];

/** What the user asks for a column. */
export type Wish = "drop" | "categorical" | "numeric" | undefined;

/** The kind of a column and its encoder, or why the column is left out. */
export interface Judgement {
  readonly kind: ColumnKind;
  /** Text for the plan, after the kind: statistics, levels, or why the column is left out. */
  readonly detail: string;
  /** Undefined if the column is left out. */
  readonly encoder: ColumnEncoder | undefined;
  /** A second encoder, for the bins of a number, if the user asks for bins. */
  readonly bins?: ColumnEncoder | undefined;
}

/** Properties of a column besides its values. */
export interface ColumnTraits {
  readonly name: string;
  readonly wish: Wish;
  readonly scale: Scale;
  /** The most bins of a number; 0 for none. */
  readonly bins: number;
  /** Whether its values count the rows of the file: n, n + 1, n + 2, ... */
  readonly countsRows: boolean;
  /** Whether it is a column of words, judged by the whole file. */
  readonly isOfWords?: boolean;
  /** The date orders that fit all rows of the file. Default: all orders. */
  readonly dateOrders?: readonly DateOrder[];
}

/** The least rows from which to judge identifiers and rare levels. */
const FEW_ROWS = 20;
/** The most levels of a column; the most frequent are kept. */
const MAX_LEVELS = 255;
/** A level is rare if fewer than one row in this many has it. */
const RARE_SHARE = 5000;

/** Usual names of identifier columns: under such a name, integers that all differ are identifiers. */
const ID_NAME = /(^|[\W_])(id|uuid|guid|rowid|index|idx)$|[a-z]I[dD]$/i;
/** The name of a column without one. Such columns hold row numbers of pandas or R, perhaps shuffled. */
const NO_NAME = /^Unnamed: \d+(\.\d+)?$/;

/**
 * Judges a column in which findOddCell finds nothing.
 * @param column the index in Preprocessing.columns, for the encoder
 */
export function judgeColumn(values: ColumnValues, column: number, traits: ColumnTraits): Judgement {
  const { wish, scale, isOfWords, dateOrders = ORDERS } = traits;
  const { counts } = values;
  if (wish === "drop") return leftOut("dropped", "left out by --drop");
  if (counts.numbers + counts.words === 0) return leftOut("empty", "no value in any row: left out");
  if (wish === "categorical") return judgeLevels(values, column, true);
  if (isOfWords) return judgeWords(values, column);
  if (counts.words === 0) return judgeNumbers(values, column, traits);
  return judgeDates(values, column, scale, dateOrders) ?? judgeWords(values, column);
}

function judgeNumbers(values: ColumnValues, column: number, traits: ColumnTraits): Judgement {
  const { wish, scale } = traits;
  const { numbers, counts } = values;
  const moments = momentsOf(numbers);
  const { min, max } = moments;
  if (min === max && counts.missing === 0) return leftOut("constant", `${levelOf(min)} in every row: left out`);
  if (wish !== "numeric") {
    const reason = findIdentifier(numbers, traits, counts.missing);
    if (reason !== undefined) return leftOut("identifier", `${reason}: left out; --numeric keeps it`);
    const isScaled = scale === "auto" || scale === "standard" || scale === "robust";
    if (isScaled && hasTwoValues(numbers, min, max)) {
      const levels = [levelOf(min), levelOf(max)] as const;
      const encoder = { kind: "binary", column, levels, marksMissing: counts.missing > 0 } as const;
      return { kind: "yes/no", detail: `${levels.join(", ")}${describeMissing(counts.missing)}`, encoder };
    }
  }
  const scaled = scaleNumbers(numbers, moments, scale, counts.missing);
  const knots = findKnots(sortedNumbers(numbers), traits.bins);
  const inBins = knots === undefined ? "" : `; in ${knots.length - 1} bins besides`;
  return {
    kind: "number",
    detail: `${describeRange(moments)}${describeMissing(counts.missing)}${inBins}`,
    encoder: { kind: "number", column, ...scaled },
    bins: knots && { kind: "bins", column, knots, fill: scaled.fill },
  };
}

/** Computes center, spread, fill value and flags of an encoder of numbers. */
function scaleNumbers(numbers: Float64Array, moments: Moments, scale: Scale, missing: number) {
  const { mean, deviation, min, max } = moments;
  const sorted = missing > 0 || scale === "robust" ? sortedNumbers(numbers) : undefined;
  // Without missing values here, test rows or later tables may still have some: the mean fills them, without a sort.
  const fill = sorted === undefined ? mean : quantile(sorted, 0.5);
  const rest = { fill, marksMissing: missing > 0 };
  switch (scale) {
    case "none":
      return { center: 0, spread: 1, clips: false, ...rest };
    case "pixels":
      return { center: 0, spread: 255, clips: false, ...rest };
    case "robust": {
      const range = quantile(sorted!, 0.75) - quantile(sorted!, 0.25);
      return { center: quantile(sorted!, 0.5), spread: range || (max - min) / 2 || 1, clips: true, ...rest };
    }
    default:
      return { center: mean, spread: deviation || 1, clips: false, ...rest };
  }
}

function judgeDates(
  values: ColumnValues,
  column: number,
  scale: Scale,
  possible: readonly DateOrder[],
): Judgement | undefined {
  if (values.counts.numbers > 0) return undefined;
  const orders = possible.filter((order) => values.words.every((word) => isDate(word, order)));
  if (orders.length === 0 || values.hasMoreWords) return undefined;
  // Dates with dots put the day first; dates with slashes put the month first more often.
  const order = orders.length === 1 || values.words[0].includes(".") ? orders[0] : orders.at(-1)!;
  const days = Float64Array.from(values.codes!, (code) =>
    code === MISSING ? Number.NaN : parseDate(values.words[code], order)!,
  );
  const moments = momentsOf(days);
  const { min, max } = moments;
  if (min === max && values.counts.missing === 0)
    return leftOut("constant", `${values.words[0]} in every row: left out`);
  const doubt = orders.length === 1 ? "" : `; day and month could be the other way round in every row`;
  return {
    kind: "date",
    detail: `${DATE_ORDERS[order]}, ${isoDay(min)} to ${isoDay(max)}${doubt}${describeMissing(values.counts.missing)}`,
    encoder: {
      kind: "date",
      column,
      order,
      ...scaleNumbers(
        days,
        moments,
        scale === "pixels" || scale === "none" ? "standard" : scale,
        values.counts.missing,
      ),
    },
  };
}

function isDate(word: string, order: DateOrder): boolean {
  return parseDate(word, order) !== undefined;
}

function isoDay(days: number): string {
  const date = new Date(days * 86_400_000);
  return Number.isNaN(date.getTime()) ? `day ${days}` : date.toISOString().slice(0, 10);
}

/** Judges a column that holds only words, or mostly words. */
function judgeWords(values: ColumnValues, column: number): Judgement {
  const { counts, words } = values;
  const present = counts.words + counts.numbers;
  if (values.hasMoreWords) return leftOut("text", `more than ${words.length - 1} different words: left out`);
  if (present >= FEW_ROWS) {
    if (words.length > 0.9 * present) return leftOutWords(words);
    if (isFreeText(values)) return leftOut("text", "free text: left out");
  }
  return judgeLevels(values, column, false);
}

/** Leaves out a column whose words nearly all differ: identifiers of rows, or names of persons and things. */
function leftOutWords(words: readonly string[]): Judgement {
  const what = "a different word in nearly every row: left out";
  if (words.every(isLongNumber)) return leftOut("identifier", `${what}; --numeric keeps such numbers`);
  const parted = words.filter((word) => /\s/.test(word)).length;
  const kind = parted > words.length / 2 ? "text" : "identifier";
  return leftOut(kind, `${what}; --categorical keeps those that several rows share`);
}

/** Whether cells are sentences: many words a cell, and few repeated cells. */
function isFreeText({ words, counts }: ColumnValues): boolean {
  const blanks = words.reduce((sum, word) => sum + word.split(/\s+/).length - 1, 0);
  return blanks / words.length >= 3 && words.length > counts.words / 2;
}

/** Makes a binary or category encoder. @param isWished whether the user asked for categories with --categorical */
function judgeLevels(values: ColumnValues, column: number, isWished: boolean): Judgement {
  const counted = countLevels(values);
  const { missing } = values.counts;
  const total = values.numbers.length;
  if (counted.size === 1 && missing === 0) {
    return leftOut("constant", `${excerpt([...counted.keys()][0])} in every row: left out`);
  }
  if (counted.size === 2 && missing === 0) {
    const [first, second] = sortLevels(counted.keys());
    return {
      kind: "yes/no",
      detail: `${first}, ${second}`,
      encoder: { kind: "binary", column, levels: [first, second], marksMissing: false },
    };
  }
  const rare = total < FEW_ROWS ? 1 : Math.max(2, Math.floor(total / RARE_SHARE));
  const frequent = [...counted].filter(([, count]) => count >= rare);
  // By frequency, ties by name: which levels are kept must not depend on the order of the rows.
  frequent.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const levels = sortLevels(frequent.slice(0, MAX_LEVELS).map(([level]) => level));
  if (levels.length === 0) {
    const what = "a different value in nearly every row: left out";
    return isWished ? leftOut("category", `${what}, since no category has several rows`) : leftOut("identifier", what);
  }
  const others = counted.size - levels.length;
  const shared = others > 0 ? `, ${others} rare ones share one input` : "";
  return {
    kind: "category",
    detail: `${levels.length} levels${shared}${missing > 0 ? `, missing (${missing} rows) is one more` : ""}`,
    encoder: { kind: "category", column, levels, missing: missing > 0, other: others > 0 },
  };
}

/** Returns why a column of numbers only identifies rows; undefined if it does not. */
function findIdentifier(numbers: Float64Array, traits: ColumnTraits, missing: number): string | undefined {
  if (numbers.length < FEW_ROWS || missing > 0) return undefined;
  if (traits.countsRows) return "it counts the rows of the file";
  if (!(ID_NAME.test(traits.name) || NO_NAME.test(traits.name)) || !numbers.every(Number.isInteger)) return undefined;
  return new Set(numbers).size === numbers.length ? "a different number in every row" : undefined;
}

function hasTwoValues(numbers: Float64Array, min: number, max: number): boolean {
  return min !== max && numbers.every((x) => x === min || x === max || Number.isNaN(x));
}

function leftOut(kind: ColumnKind, detail: string): Judgement {
  return { kind, detail, encoder: undefined };
}

function describeRange({ min, max, mean, deviation }: ReturnType<typeof momentsOf>): string {
  return `${figure(min)} to ${figure(max)}, mean ${figure(mean)}, deviation ${figure(deviation)}`;
}

function describeMissing(missing: number): string {
  if (missing === 0) return "";
  return `; missing in ${missing} ${missing === 1 ? "row" : "rows"}`;
}

/** Formats a number: integers below 1e15 in full, others with four significant digits. */
export function figure(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(4)));
}
