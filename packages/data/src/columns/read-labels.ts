/** Turns the values of a label column into classes. */
import { InputError } from "@scratch-nn/core";
import { excerpt, isGapMark, levelOf } from "@scratch-nn/core/engine";
import { describeAlike } from "./alike.ts";
import { abridge, type LabelChoice } from "./choose-label.ts";
import { type ColumnValues, countLevels, MISSING, NUMBER, sortLevels } from "./column-values.ts";
import { whyNoNumber } from "./odd-cells.ts";
import { describeQuotes } from "./quotes.ts";

const MAX_CLASSES = 65536;
/** The least rows from which to judge that values nearly all differ. */
const FEW_ROWS = 8;

/** The labels of a table's rows. */
export interface Labels {
  /** The names of the classes, in the order of their numbers. */
  readonly classes: readonly string[];
  /** The rows that have a label, ascending. */
  readonly rows: Uint32Array;
  /** The class of each of these rows. */
  readonly labels: Uint16Array;
  readonly remarks: readonly string[];
}

/**
 * Makes classes of the values of the label column.
 * @param column the location that errors name
 * @throws InputError that names --label if the values cannot be classes: all missing, too many, or nearly all different
 */
export function readLabels(column: string, values: ColumnValues, trust: LabelChoice["trust"]): Labels {
  const counted = countLevels(values);
  const present = values.counts.numbers + values.counts.words;
  const fail = (expected: string, found: string): never => {
    throw new InputError({ where: column, expected, found, remedy: remedyFor(values) });
  };
  const { missing } = values.counts;
  if (present === 0) fail("a class in each row", `none in any row: all ${missing} are ${UNLABELLED}`);
  if (counted.size === 1 && missing > 0) throw onlyOneClass(column, [...counted.keys()][0], missing);
  if (values.hasMoreWords || counted.size > MAX_CLASSES) fail(`at most ${MAX_CLASSES} classes`, "more");
  if (present >= (trust === "guess" ? FEW_ROWS : 2 * FEW_ROWS) && counted.size > present / 2) {
    const found = `${counted.size} different values in ${present} rows`;
    const isOfNumbers = values.counts.words > 0 && values.counts.words < values.counts.numbers;
    fail("classes, each with several rows", isOfNumbers ? `${found}, numbers but for ${abridge(values.words)}` : found);
  }
  const classes = sortLevels(counted.keys());
  const labelled = numberLabels(values, classes) as LabelledRows;
  return { classes, ...labelled, remarks: remarksOn(values, counted, classes) };
}

function onlyOneClass(where: string, name: string, missing: number): InputError {
  return new InputError({
    where,
    expected: "examples of at least two classes",
    found: `only ${excerpt(name)}, and ${missing} ${missing === 1 ? "row" : "rows"} without a label (${UNLABELLED})`,
    remedy: "write such a class in another way, none given say, or check the label column",
  });
}

/** Values that are no numbers cannot be learnt as a quantity either. */
function remedyFor({ words, counts }: ColumnValues): string {
  const other = "name another column with --label";
  const odd = words.find((word) => !isGapMark(word));
  if (odd === undefined) return `${other}; for numbers to be learnt as such pass --task quantity`;
  const why = whyNoNumber(odd) ?? "is no number";
  return counts.words < counts.numbers
    ? `${other}; for numbers to be learnt as such mend ${excerpt(odd)}, which ${why}, and pass --task quantity`
    : `${other}; as a quantity, ${excerpt(odd)} is refused too: it ${why}`;
}

/** The labelled rows of a column. */
export type LabelledRows = Pick<Labels, "rows" | "labels">;

/**
 * Numbers the classes of the labelled rows.
 * @returns these rows and their class numbers, or the first row whose value is not a class
 */
export function numberLabels(
  values: ColumnValues,
  classes: readonly string[],
): LabelledRows | { readonly unknown: number; readonly level: string } {
  const { numbers, codes, words, counts } = values;
  const numberOf = new Map(classes.map((level, k) => [level, k]));
  const rows = new Uint32Array(counts.numbers + counts.words);
  const labels = new Uint16Array(rows.length);
  const ofWords = words.map((word) => numberOf.get(word));
  const ofNumbers = new Map<number, number | undefined>();
  let place = 0;
  for (let row = 0; row < numbers.length; row++) {
    const code = codes === undefined ? NUMBER : codes[row];
    if (code === MISSING) continue;
    const value = numbers[row];
    if (code < 0 && !ofNumbers.has(value)) ofNumbers.set(value, numberOf.get(levelOf(value)));
    const label = code >= 0 ? ofWords[code] : ofNumbers.get(value);
    if (label === undefined) return { unknown: row, level: code >= 0 ? words[code] : levelOf(value) };
    rows[place] = row;
    labels[place++] = label;
  }
  return { rows, labels };
}

/** Remarks on labels for the user. */
function remarksOn(
  { counts }: ColumnValues,
  counted: ReadonlyMap<string, number>,
  classes: readonly string[],
): string[] {
  const remarks: string[] = [];
  if (counts.missing > 0) remarks.push(describeUnlabelled(counts.missing));
  const single = classes.filter((name) => counted.get(name) === 1);
  if (single.length > 0) {
    remarks.push(
      `${single.length === 1 ? "class" : "classes"} with one example only, which is trained on: ${abridge(single)}`,
    );
  }
  const quoted = describeQuotes("the classes", classes);
  return [...remarks, ...describeAlike(classes), ...(quoted === undefined ? [] : [quoted])];
}

/** The parser keeps no more of such a cell than that it is missing. */
const UNLABELLED = "empty, or a mark for a missing value such as NA, None, null or ?";

export function describeUnlabelled(rows: number): string {
  const what = rows === 1 ? "1 row has no label and is left out" : `${rows} rows have no label and are left out`;
  return `${what}: ${UNLABELLED}`;
}
