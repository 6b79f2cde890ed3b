import { describe, expect, it } from "vitest";
import { HEADER, mixedRow, table, trainedOnIt } from "../support/mixed-table.ts";
import { tableOf } from "../support/tables.ts";
import { ALONE, runCommand } from "../support/train-cli.ts";

const trained = trainedOnIt();

describe("predict and evaluate refuse with exit code 2, one message, no stack trace:", () => {
  const without = (column: string): string => {
    const names = HEADER.split(",");
    return tableOf(names.filter((name) => name !== column).join(","), 3, (r) =>
      mixedRow(r).filter((_, i) => names[i] !== column),
    );
  };
  const cases: readonly [what: string, args: readonly string[], input: string, message: RegExp][] = [
    [
      "no model",
      ["predict", "nowhere", "--data", "-"],
      table,
      /nowhere: expected the folder of a run .*found nothing there \(ENOENT\)/,
    ],
    ["a file that is no model", ["predict", "x.csv", "--data", "-"], table, /x\.csv: expected /],
    ["no data", ["predict", "run"], "", /required option '--data <source>' not specified/],
    [
      "a missing column",
      ["predict", "run", "--data", "-"],
      without("age"),
      /standard input: expected the columns .* found .*: there is no "age"/,
    ],
    [
      "no label to compare with",
      ["evaluate", "run", "--data", "-"],
      without("kind"),
      /standard input: expected a column with the label/,
    ],
    [
      "a word where numbers were trained on",
      ["predict", "run", "--data", "-"],
      `${HEADER}\n${mixedRow(1).join(",")}\n${mixedRow(2).with(1, "old").join(",")}\n`,
      /standard input:3, column "age": expected a number, or nothing, found "old"/,
    ],
    [
      "a class that the model has not",
      ["evaluate", "run", "--data", "-"],
      `${HEADER}\n${mixedRow(1).with(4, "cow").join(",")}\n`,
      /standard input:2:5: expected a class of the model \("a, b", "cat", "dog"\), found "cow"/,
    ],
    [
      "no such id",
      ["predict", "run", "--data", "-", "--id", "nr"],
      table,
      /--id: expected the name of a column .*found "nr"/,
    ],
    [
      "an unknown format",
      ["predict", "run", "--data", "-", "--format", "xml"],
      table,
      /--format: expected one of csv, jsonl, kaggle, found "xml"/,
    ],
    ["a ragged row", ["predict", "run", "--data", "-"], `${HEADER}\n1,2\n`, /standard input:2: expected 9 columns/],
  ];

  it.each(cases)("%s", async (_, args, input, message) => {
    const cwd = await trained();
    const { code, stderr } = await runCommand([...args, ...ALONE], { cwd, input });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr.match(/error:/g)).toHaveLength(1);
    expect(code).toBe(2);
  });
});
