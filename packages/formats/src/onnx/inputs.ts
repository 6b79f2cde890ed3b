/** Declares the graph's inputs: for each raw column a number, a word, a day, or pixels. */
import { type ColumnEncoder, InputError, type Preprocessing } from "@scratch-nn/core";
import { excerpt, parseNumber } from "@scratch-nn/core/engine";
import type { Graph } from "./graph.ts";

type Asked = "number" | "word" | "day" | "pixels";

const DOCS: Record<Exclude<Asked, "pixels">, string> = {
  number: "a number; NaN where it is missing",
  word: 'a word, without blanks around it; "" where it is missing',
  day: "days since 1970-01-01 UTC, with a fraction for the time of day; NaN where it is missing",
};

/** The name of the graph's input that holds a column, for each column that an encoder uses. */
export type Inputs = ReadonlyMap<number, string>;

/**
 * Declares an input for each used column, in the order of the columns, and one for neighbouring pixels.
 * @throws InputError if a column would need two types
 */
export function declareInputs(graph: Graph, { columns, encoders }: Preprocessing): Inputs {
  const asked = new Map<number, { readonly what: Asked; readonly count: number }>();
  for (const encoder of encoders) {
    const what = askedFor(encoder);
    const count = encoder.kind === "pixels" ? encoder.count : 1;
    for (let column = encoder.column; column < encoder.column + count; column++) {
      const before = asked.get(column);
      if (before !== undefined && (before.what !== what || what === "pixels")) {
        throw clash(columns[column], before.what, what);
      }
      asked.set(column, { what, count: column === encoder.column ? count : 0 });
    }
  }
  const inputs = new Map<number, string>();
  for (const [column, { what, count }] of [...asked].sort(([a], [b]) => a - b)) {
    if (count === 0) continue;
    const name = columns[column] === "" ? `column ${column + 1}` : wellFormed(columns[column]);
    const input =
      what === "pixels"
        ? graph.input("pixels", "float", count, "as they stand in the file, one row of the image behind the other")
        : graph.input(name, what === "word" ? "string" : "double", 1, DOCS[what]);
    inputs.set(column, input);
  }
  return inputs;
}

function askedFor(encoder: ColumnEncoder): Asked {
  switch (encoder.kind) {
    case "pixels":
      return "pixels";
    case "number":
    case "bins":
      return "number";
    case "date":
      return "day";
    case "binary":
      return numbersOf(encoder.levels) === undefined ? "word" : "number";
    case "category":
      return "word";
  }
}

/**
 * A name that all runtimes accept: half a surrogate pair has no UTF-8, and a NUL ends a name in C. Two names may become
 * equal.
 */
const wellFormed = (name: string): string =>
  new TextDecoder().decode(new TextEncoder().encode(name)).replaceAll("\u0000", "\ufffd");

/** Levels as numbers; undefined if one of them is a word. */
export function numbersOf(levels: readonly string[]): readonly number[] | undefined {
  const numbers = levels.map((level) => parseNumber(level));
  return numbers.every((value) => value !== undefined) ? numbers : undefined;
}

function clash(column: string, one: Asked, other: Asked): InputError {
  return new InputError({
    where: `column ${excerpt(column)}`,
    expected: "one kind of value, as an input of ONNX has one type",
    found: one === other ? `two encoders of ${one}` : `encoders of a ${one} and of a ${other}`,
    remedy: "train with one of the two, or export to js, whose cells may be anything",
  });
}
