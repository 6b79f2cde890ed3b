import { InputError } from "@scratch-nn/core";
import { openDataset } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { readText, tableOf, writeTable } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Noise that is equal in every run. */
const noise = (r: number): string => (Math.sin(r * 12.9898) * 3).toFixed(4);

describe("the label column is", () => {
  it.each([
    ["label", "x,label,z"],
    ["a name in any case", "x,Species,z"],
    ["y", "x,Y,z"],
  ])("found by its name: %s", async (_, header) => {
    const dataset = await readText(tableOf(header, 40, (r) => [noise(r), r % 3, noise(r + 7)]));
    expect(dataset).toMatchObject({ inputs: 2, classes: ["0", "1", "2"], label: header.split(",")[1] });
  });

  it("the only column of words", async () => {
    const dataset = await readText(tableOf("a,kind,b", 40, (r) => [noise(r), r % 2 ? "bolt" : "nut", noise(r + 1)]));
    expect(dataset).toMatchObject({ classes: ["bolt", "nut"], label: "kind" });
  });

  it("the last one below a header", async () => {
    const dataset = await readText(tableOf("id_,x,z", 40, (r) => [noise(r), noise(r + 1), r % 2]));
    expect(dataset).toMatchObject({ label: "z", classes: ["0", "1"] });
  });

  it("the one that is no pixel among pixels, wherever it is", async () => {
    const dataset = await readText(tableOf("pixel0,pixel1,answer_is,pixel2", 9, (r) => [0, 200, r % 3, r]));
    expect(dataset).toMatchObject({ label: "answer_is", inputs: 3 });
  });

  it.each([
    ["first", (r: number) => [r % 3, noise(r), noise(r + 5)], "1"],
    ["last", (r: number) => [noise(r), noise(r + 5), r % 3], "3"],
  ] as const)("without a header, the %s where only that one has classes", async (_, row, label) => {
    expect(await readText(tableOf(row(1).join(","), 40, row))).toMatchObject({ label, classes: ["0", "1", "2"] });
  });

  it.each([
    ["by name", "b", "b"],
    ["by name in another case", "B", "b"],
    ["by position", "2", "b"],
    ["as the last", "last", "c"],
  ])("what --label says: %s", async (_, label, name) => {
    const dataset = await readText(
      tableOf("a,b,c", 30, (r) => [noise(r), r % 2, r % 3]),
      { label },
    );
    expect(dataset.label).toBe(name);
  });
});

const REFUSED: readonly [what: string, text: string, options: object, message: RegExp][] = [
  [
    "a name that no column has",
    tableOf("a,b", 9, (r) => [r, r % 2]),
    { label: "c" },
    /^--label: expected the name of a column of .*, a number from 1 to 2, or last, found "c"; its columns are "a", "b"/,
  ],
  [
    "two columns of that name",
    tableOf("label,x,label", 9, (r) => [r % 2, noise(r), r % 3]),
    {},
    /column "label": expected one column of that name, found 2, at positions 1, 3; pass --label with a position, for example --label 1/,
  ],
  [
    "values that are nearly all different",
    tableOf("x,name", 20, (r) => [noise(r), `n${r}`]),
    { label: "name" },
    /column "name": expected classes, each with several rows, found 20 different values in 20 rows; name another column with --label; as a quantity, "n0" is refused too: it is no number\.?$/,
  ],
  [
    "numbers that are nearly all different",
    tableOf("x,name", 20, (r) => [noise(r), r ** 2]),
    { label: "name", task: "classes" },
    /found 20 different values in 20 rows; name another column with --label; for numbers to be learnt as such pass --task quantity$/,
  ],
  [
    "numbers that are nearly all different, but for one of too many digits",
    tableOf("x,name", 20, (r) => [noise(r), r === 3 ? "12345678901234567890123" : r ** 2]),
    { label: "name" },
    /for numbers to be learnt as such mend "12345678901234567890123", which has more digits than an f64, and pass --task quantity$/,
  ],
  [
    "no value in any row",
    "label,x\n,1\n,2\n",
    {},
    /column "label": expected a class in each row, found none in any row/,
  ],
  [
    "no header, and both ends could be it",
    tableOf("0,1.5,1", 30, (r) => [r % 2, noise(r), r % 3]),
    {},
    /expected a label column that can be told from the others, found no header, and the first and the last .*; pass --label/,
  ],
];

describe("a label is refused, saying --label, for", () => {
  it.each(REFUSED)("%s", async (_, text, options, message) => {
    const attempt = readText(text, options);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toBeInstanceOf(InputError);
  });
});

describe("classes", () => {
  it("that are numerically equal are one", async () => {
    const dataset = await readText(tableOf("label,x", 40, (r) => [["0", "0.0", "1", "1.0"][r % 4], noise(r)]));
    expect(dataset.classes).toEqual(["0", "1"]);
  });

  it("that are missing in rows leave these out, and say how many", async () => {
    const dataset = await readText(tableOf("x,label", 40, (r) => [noise(r), r % 10 === 3 ? "NA" : r % 2 ? "a" : "b"]));
    expect(dataset.train).toHaveLength(36);
    expect(dataset.classes).toEqual(["a", "b"]);
    expect(dataset.remarks.join("\n")).toContain("4 rows have no label and are left out");
  });

  it("seen once are trained on, and said", async () => {
    const text = tableOf("x,label", 40, (r) => [noise(r), r === 5 ? "rare" : r % 2 ? "a" : "b"]);
    const dataset = await openDataset(writeTable(text));
    expect(dataset.remarks.join("\n")).toContain('class with one example only, which is trained on: "rare"');
    expect([...dataset.train]).toContain(5);
  });

  it("that differ in capitals only are said", async () => {
    const dataset = await readText(tableOf("x,label", 40, (r) => [noise(r), ["Yes", "yes", "no"][r % 3]]));
    expect(dataset.remarks.join("\n")).toContain('classes that differ in capitals only: "Yes", "yes"');
  });
});

describe("test.csv", () => {
  const train = tableOf("label,a,b", 60, (r) => [r % 2, r % 2 ? 5 + Number(noise(r)) : noise(r), noise(r + 3)]);

  function folderWith(test: string): string {
    const folder = temporaryFolder();
    writeTable(train, "train.csv", folder);
    writeTable(test, "test.csv", folder);
    return folder;
  }

  it("is matched by names, whatever the order of its columns", async () => {
    const straight = await openDataset(folderWith("label,a,b\n0,1.5,2.5\n1,3,4\n"));
    const shuffled = await openDataset(folderWith("b,label,a\n2.5,0,1.5\n4,1,3\n"));
    expect(shuffled.X).toEqual(straight.X);
    expect(shuffled.labels).toEqual(straight.labels);
    expect(shuffled.test).toHaveLength(2);
  });

  it("finds the label, and features, in other capitals, and says so", async () => {
    const straight = await openDataset(folderWith("label,a,b\n0,1.5,2.5\n1,3,4\n"));
    const capitals = await openDataset(folderWith("A,LABEL,b\n1.5,0,2.5\n3,1,4\n"));
    expect(capitals.X).toEqual(straight.X);
    expect(capitals.test).toHaveLength(2);
    expect(capitals.remarks.join("\n")).toContain(
      'names are matched whatever their capitals: "A" for "a", "LABEL" for "label"',
    );
  });

  it("of wholly other columns is refused, naming them", async () => {
    for (const test of ["foo,bar\n1,2\n", "foo,bar,baz\n1,2,3\n", "a,foo\n1,2\n"]) {
      await expect(openDataset(folderWith(test))).rejects.toThrow(
        /test\.csv: expected the columns that were trained on \("a", "b"\), found ("foo"|"a"), .*(missing are|there is no) .*"b"; add or rename/,
      );
    }
  });

  it("without a header and with another number of columns is refused", async () => {
    const folder = temporaryFolder();
    const rows = (columns: number) =>
      Array.from({ length: 40 }, (_, r) =>
        [r % 2, ...Array.from({ length: columns }, (_, k) => noise(r + k))].join(","),
      );
    writeTable(`${rows(3).join("\n")}\n`, "train.csv", folder);
    writeTable(`${rows(5).join("\n")}\n`, "test.csv", folder);
    await expect(openDataset(folder, { label: "1" })).rejects.toThrow(
      /test\.csv: expected 4 columns.*, or 3 without the label, found 6/,
    );
  });

  it("with the label's name twice is refused", async () => {
    await expect(openDataset(folderWith("label,a,b,label\n0,1,2,0\n1,1,2,1\n"))).rejects.toThrow(
      /test\.csv, column "label": expected one column of that name, found 2, at positions 1, 4/,
    );
  });

  it("without the label's name is not used, whatever else it has", async () => {
    const dataset = await openDataset(folderWith("id,a,b\n0,1.5,2.5\n1,3,4\n"));
    expect(dataset.remarks.join("\n")).toContain("test.csv has no labels: it is not used");
    expect(dataset.test).toHaveLength(12);
  });

  it("that lacks a column, or has another one, is refused", async () => {
    await expect(openDataset(folderWith("label,a\n0,1.5\n"))).rejects.toThrow(
      /test\.csv: expected the columns that were trained on \("a", "b"\), found "label", "a": there is no "b"; add or rename/,
    );
    await expect(openDataset(folderWith("label,a,b,c\n0,1.5,2,3\n"))).rejects.toThrow(
      /test\.csv: expected the columns of .*train\.csv, found "c" besides/,
    );
  });

  it("with a class that training has not is refused, naming the line", async () => {
    await expect(openDataset(folderWith("label,a,b\n0,1,2\n2,1,2\n"))).rejects.toThrow(
      /test\.csv:3:1: expected a class seen in training \("0", "1"\), found "2" \(column "label"\)/,
    );
  });
});
