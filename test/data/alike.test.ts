import { describe, expect, it } from "vitest";
import { readText, tableOf } from "../support/tables.ts";

const noise = (r: number): string => (Math.sin(r * 12.9898) * 3).toFixed(4);
const labelled = (cells: readonly string[], task?: "classes") =>
  readText(
    tableOf("x,label", 12 * cells.length, (r) => [noise(r), cells[r % cells.length]]),
    { label: "label", task },
  );

describe("a remark names classes that", () => {
  it.each([
    ["differ in capitals only", ["cat", "Cat", "dog"], ['classes that differ in capitals only: "Cat", "cat"']],
    [
      "look alike, in two forms of Unicode",
      ["B\u00e4r", "Ba\u0308r", "x"],
      ['classes that look alike: "Ba\\u{308}r", "B\u00e4r"'],
    ],
    ["look alike but for a character of no width", ["no", "no\u200b"], ['classes that look alike: "no", "no\\u200b"']],
    [
      "look alike but for a blank",
      ["new york", "new\u00a0york", "x"],
      ['classes that look alike: "new york", "new\\u{a0}york"'],
    ],
    ["differ in quotes only", ["cat", "'cat'", "dog"], ['classes that look alike: "\'cat\'", "cat"']],
    [
      "may mean yes or no",
      ["true", "1", "false", "0"],
      ['classes that may mean the same: "0", "false"', 'classes that may mean the same: "1", "true"'],
    ],
    [
      "may mean yes or no, in letters",
      ["y", "N", "Yes", "no"],
      ['classes that may mean the same: "N", "no"', 'classes that may mean the same: "Yes", "y"'],
    ],
  ])("%s", async (_, cells, remarks) => {
    const found = (await labelled(cells, "classes")).remarks.filter((remark) => remark.startsWith("classes that"));
    expect(found).toEqual(remarks);
  });

  it.each([[["-1", "0", "1"]], [["0", "1", "f", "n", "t", "y", "z"]], [["a", "\u00e4", "b"]], [["m", "m\u00b2"]]])(
    "are one, and not of others: %j",
    async (cells) => {
      const { remarks } = await labelled(cells, "classes");
      expect(remarks.join("\n")).not.toContain("classes that");
    },
  );
});

it("a remark names levels that look alike", async () => {
  const towns = ["B\u00e4r", "Ba\u0308r", "Ulm"];
  const { remarks } = await readText(tableOf("x,town,label", 60, (r) => [noise(r), towns[r % 3], r % 2]));
  expect(remarks.join("\n")).toContain('column "town" has levels that look alike: "Ba\\u{308}r", "B\u00e4r"');
});

describe("labels that the parser takes for missing", () => {
  it.each(["NA", "None", "?", "null", ""])("leave one class: %j is named as such in the refusal", async (cell) => {
    await expect(labelled([cell, "EU"])).rejects.toThrow(
      /expected examples of at least two classes, found only "EU", and 12 rows without a label \(empty, or a mark for a missing value such as NA, None, null or \?\); write such a class/,
    );
  });

  it("are all there are", async () => {
    await expect(labelled(["NA", "?"])).rejects.toThrow(
      /none in any row: all 24 are empty, or a mark for a missing value/,
    );
  });

  it("are counted beside two classes", async () => {
    expect((await labelled(["NA", "EU", "AS"])).remarks.join("\n")).toContain(
      "12 rows have no label and are left out: empty, or a mark for a missing value such as NA",
    );
  });
});
