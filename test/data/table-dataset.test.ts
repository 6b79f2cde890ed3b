import { InputError } from "@scratch-nn/core";
import { type OpenOptions, openDataset } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { sha256 } from "../support/digest.ts";
import { HEADER, LINES } from "../support/large-table.ts";
import { writeTable as csv, readText as read } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The inputs are the unscaled numbers. */
const raw = { scale: "none" } as const;

describe("a table", () => {
  it("of Kaggle's kind just works: header, label first, pixels as bytes", async () => {
    const dataset = await read("label,pixel0,pixel1,pixel2\n7,0,128,255\n3,1,2,3\n");
    expect(dataset).toMatchObject({ inputs: 3, classes: ["3", "7"], label: "label" });
    expect(dataset.preprocessing).toEqual({
      columns: ["pixel0", "pixel1", "pixel2"],
      named: true,
      encoders: [{ kind: "pixels", column: 0, count: 3, factor: 1 / 255 }],
    });
    expect([...dataset.X]).toEqual([0, 128, 255, 1, 2, 3]);
    expect([...dataset.labels]).toEqual([1, 0]);
    expect(dataset.X.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it("with words for labels finds their column; numbers are standardised", async () => {
    const dataset = await read("5.1,3.5,setosa\n4.9,3.0,virginica\n5.0,2.5,setosa\n");
    expect(dataset.classes).toEqual(["setosa", "virginica"]);
    const [first, second] = dataset.preprocessing.encoders as readonly {
      readonly center: number;
      readonly spread: number;
    }[];
    expect(first.center).toBeCloseTo(5, 6);
    expect(second.spread).toBeCloseTo(Math.sqrt((0.25 + 0 + 0.25) / 3), 6);
    expect(dataset.X[0]).toBeCloseTo(0.1 / first.spread, 5);
  });

  it("sorts numeric classes as numbers", async () => {
    expect((await read("label,x\n10,1\n9,2\n2,3\n")).classes).toEqual(["2", "9", "10"]);
  });

  it("takes blank lines, CRLF, a byte order mark, quotes and blanks around numbers in its stride", async () => {
    const dataset = await read('\ufefflabel,x\r\n\r\n"b", 1 \r\na,"2"\r\n   \r\nb,5', raw);
    expect([dataset.classes, [...dataset.labels], [...dataset.X]]).toEqual([
      ["a", "b"],
      [1, 0, 1],
      [1, 2, 5],
    ]);
  });

  it("takes the first --examples rows", async () => {
    expect([...(await read("label,x\n0,1\n1,2\n0,3\n1,4\n", { examples: 3, ...raw })).X]).toEqual([1, 2, 3]);
  });

  it("in a directory: train.csv to train on, test.csv to test on", async () => {
    const folder = temporaryFolder();
    csv("label,x\n0,1\n1,2\n0,4\n", "train.csv", folder);
    csv("label,x\n1,3\n", "test.csv.gz", folder);
    const dataset = await openDataset(folder, raw);
    expect([[...dataset.train], [...dataset.test], [...dataset.X]]).toEqual([[0, 1, 2], [3], [1, 2, 4, 3]]);
  });

  it("in a directory: a competition's test.csv, which has no labels, is left alone", async () => {
    const folder = temporaryFolder();
    csv("label,x,y\n0,1,1\n1,2,2\n", "train.csv", folder);
    csv("x,y\n3,3\n", "test.csv", folder);
    const dataset = await openDataset(folder, { testFraction: 0 });
    expect(dataset.test).toHaveLength(0);
    expect(dataset.remarks.join()).toContain("has no labels");
  });

  const QUANTITY = "x,y\n1,2.5\n2,3.5\n3,4.5\n4,5.5\n";
  it.each<[string, string, string, OpenOptions]>([
    ["a class", "x,y\n1,a\n2,b\n3,a\n4,b\n", "x,y\n3,\n4,\n", {}],
    ["a class, marked as missing", "x,y\n1,a\n2,b\n3,a\n4,b\n", "x,Y\n3,NA\n4,?\n", {}],
    ["a class, without a header", "1,a\n2,b\n3,a\n4,b\n", "3,NA\n4,NA\n", {}],
    ["a quantity", QUANTITY, "x,y\n3,\n4,\n", { label: "y", task: "quantity" }],
    ["a quantity, marked as missing", QUANTITY, "x,y\n3,-\n4,n/a\n", { label: "y", task: "quantity" }],
    ["one of two labels", "x,y,z\n1,1,0\n2,0,1\n3,1,0\n4,0,1\n", "x,y,z\n3,,1\n4,1,\n", { label: ["y", "z"] }],
  ])("in a directory: a test.csv without a label in any row is left alone: %s", async (_, train, test, options) => {
    const folder = temporaryFolder();
    csv(train, "train.csv", folder);
    csv(test, "test.csv", folder);
    const dataset = await openDataset(folder, { ...options, testFraction: 0.5 });
    expect([...dataset.train, ...dataset.test].sort()).toEqual([0, 1, 2, 3]);
    expect(dataset.test).toHaveLength(2);
    expect(dataset.remarks.join("\n")).toMatch(/test\.csv has no label in any row \(.*\): it is not used$/m);
    expect(dataset.remarks.join("\n")).not.toContain("--test-fraction");
  });

  it("in a directory: a test.csv with a label in some rows is tested on these", async () => {
    const folder = temporaryFolder();
    csv("x,y\n1,a\n2,b\n3,a\n4,b\n", "train.csv", folder);
    csv("x,y\n3,\n4,b\n", "test.csv", folder);
    const dataset = await openDataset(folder, { testFraction: 0.5 });
    expect([[...dataset.train], [...dataset.test]]).toEqual([[0, 1, 2, 3], [4]]);
  });
});

const FAULTS: readonly [what: string, text: string, message: RegExp][] = [
  ["nothing", "", /train\.csv: expected .*found an empty file;/],
  ["blank lines only", "\n\n \n", /train\.csv: expected .*found an empty file;/],
  ["a header only", "label,x\n", /train\.csv:1: expected rows of data below the header, found the header only;/],
  ["one column", "label\n1\n2\n", /train\.csv.*expected .*found .*column/],
  ["a short row", "label,x,y\n0,1,2\n1,3\n", /train\.csv:3: expected 3 columns.*, found 2;/],
  ["a long row", "label,x,y\n0,1,2\n\n1,3,4,5\n", /train\.csv:4: expected 3 columns.*, found 4;/],
  [
    "a word among numbers",
    "label,x,y\n0,1,2\n1,3,abc\n0,1,4\n",
    /train\.csv:3:3: expected a number, found "abc" \(column "y"\);/,
  ],
  ["Infinity", "label,x\n0,1\n1,Infinity\n0,2\n", /train\.csv:3:2: expected a number, found "Infinity"/],
  ["hexadecimal", "label,x\n0,1\n1,0x10\n0,2\n", /train\.csv:3:2: expected a number, found "0x10"/],
  ["one class", "label,x\n4,1\n4,2\n", /expected examples of at least two classes, found only "4"/],
  ["a quote that never closes", 'label,x\n0,1\n1,"2\n0,3\n', /train\.csv:3.*: expected /],
  ["something after a quote", 'label,x\n0,1\n\n1,"2"3\n', /train\.csv:4.*: expected /],
];

describe("a table with a fault is refused, saying where:", () => {
  it.each(FAULTS)("%s", async (_, text, message) => {
    const attempt = read(text);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toBeInstanceOf(InputError);
  });

  it("a directory with neither IDX files nor train.csv", async () => {
    await expect(openDataset(temporaryFolder())).rejects.toThrow(
      /expected MNIST's IDX files .* train\.csv, .*found none of them/,
    );
  });

  it("a file that is not there, or a name of an object's own", async () => {
    for (const name of ["nowhere.csv", "constructor", "__proto__"]) {
      await expect(openDataset(name)).rejects.toThrow(
        new RegExp(`^--data: expected digits, mnist, .*found "${name}", where nothing is`),
      );
    }
  });
});

// table-large.long.test.ts tests other numbers of threads, faults and quotes.
it("a large CSV file is the same with 2 threads as with one, zipped too", async () => {
  const text = `${HEADER}\n${LINES.join("\n")}\n`;
  const [alone, zipped] = [
    await openDataset(csv(text), { threads: 1, testFraction: 0 }),
    await openDataset(csv(text, "train.csv.gz"), { threads: 2, testFraction: 0 }),
  ];
  expect(sha256(zipped.X)).toBe(sha256(alone.X));
  expect(zipped.preprocessing).toEqual(alone.preprocessing);
  expect([...zipped.labels]).toEqual(LINES.map((_, r) => r % 7));
});
