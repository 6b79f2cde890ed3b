/** Writes the types of an exported module. */
import { type ColumnEncoder, type Model, taskOf } from "@scratch-nn/core";

/** @returns the text of a .d.ts */
export function declarationsOf(model: Model): string {
  const { preprocessing, label } = model;
  const { columns, encoders } = preprocessing;
  const cells = new Map<string, string>();
  for (const encoder of encoders) {
    const last = encoder.kind === "pixels" ? encoder.column + encoder.count : encoder.column + 1;
    for (let column = encoder.column; column < last; column++) cells.set(columns[column], describe(encoder));
  }
  const { text, fields } = answerTypes(model);
  const fieldsOfRow = Array.from(
    cells,
    ([name, what]) => `  /** ${commented(what)} */\n  readonly ${JSON.stringify(name)}: Cell;`,
  );
  return `// Types of a network that scratch-nn trained${label === undefined ? "" : ` to tell ${JSON.stringify(label)}`}.

/** A number, a word, a date, a boolean; null, undefined, NaN and what stands for missing in a table are missing. */
export type Cell = number | string | boolean | Date | null | undefined;

/** The raw columns that the network looks at; others may be there. */
export interface Row {
${fieldsOfRow.join("\n")}
}

${text}

export interface Prediction {
${fields.join("\n")}
}

/** The names of the raw columns, in the order of an array's cells. */
export declare const columns: readonly string[];

/**
 * Predicts from one row of raw values.
 * @param row an object with the columns by name, or a list of cells, one for each of \`columns\`: an array or a typed array
 * @throws TypeError naming the column whose value cannot be read
 */
export declare function predict(row: Row | ArrayLike<Cell>): Prediction;
`;
}

function describe(encoder: ColumnEncoder): string {
  switch (encoder.kind) {
    case "pixels":
      return "a pixel";
    case "number":
    case "bins":
      return "a number";
    case "date":
      return `a date: ${encoder.order}`;
    case "binary":
      return `one of ${JSON.stringify(encoder.levels)}`;
    case "category":
      return `a word: ${JSON.stringify(encoder.levels.slice(0, 10))}${encoder.levels.length > 10 ? " and others" : ""}`;
  }
}

function answerTypes(model: Model): { readonly text: string; readonly fields: readonly string[] } {
  const task = taskOf(model);
  const list = (names: readonly string[]) => `[${names.map((name) => JSON.stringify(name)).join(", ")}]`;
  switch (task.kind) {
    case "classes":
      return {
        text: `/** In the order of the probabilities. */\nexport declare const classes: readonly ${list(task.classes)};`,
        fields: [
          "  /** The most likely class, the first of equals. */\n  readonly label: (typeof classes)[number];",
          "  /** Of each class, from 0 to 1. */\n  readonly probabilities: number[];",
        ],
      };
    case "labels":
      return {
        text: `/** In the order of the probabilities. */\nexport declare const labels: readonly ${list(task.names)};`,
        fields: [
          "  /** Whether each is more likely than not. */\n  readonly labels: boolean[];",
          "  /** Of each label, from 0 to 1. */\n  readonly probabilities: number[];",
        ],
      };
    case "quantities":
      return {
        text: `/** In the order of the values. */\nexport declare const quantities: readonly ${list(task.names)};`,
        fields: ["  /** In their own units. */\n  readonly values: number[];"],
      };
  }
}

/** Escapes a text from a table, so that it cannot end a comment. */
const commented = (text: string): string => text.replaceAll("*/", "* /").replace(/[\r\n\u2028\u2029]/g, " ");
