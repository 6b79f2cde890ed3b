import { InputError, taskOf } from "@scratch-nn/core";
import { binsOf, type OpenOptions, openDataset, testExamples, trainingExamples } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { readText, tableOf, writeTable } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Noise that is equal in every run. */
const noise = (r: number): string => (Math.sin(r * 12.9898) * 3).toFixed(4);
const shuffled = (r: number): number => (r * 37) % 101;

describe("what the label is, follows from it", () => {
  it.each<[what: string, rows: number, (r: number) => string | number, kind: string, reason: string]>([
    ["words", 40, (r) => ["nut", "bolt"][r % 2], "classes", "classes, as it holds words"],
    ["0 and 1", 9, (r) => r % 2, "classes", "classes, as it holds 2 different numbers"],
    ["0, 1, 2", 40, (r) => r % 3, "classes", "classes, as it holds 3 different whole numbers in 40 rows"],
    ["3 to 8, as of wines", 100, (r) => 3 + (r % 6), "classes", "classes, as it holds 6 different whole numbers"],
    [
      "20 different whole numbers",
      100,
      (r) => r % 20,
      "quantities",
      "quantity, as it holds 20 different whole numbers",
    ],
    [
      "few whole numbers in few rows",
      10,
      (r) => r % 5,
      "quantities",
      "quantity, as it holds 5 different whole numbers",
    ],
    ["decimals", 100, (r) => (r % 4) / 2, "quantities", "quantity, as it holds numbers with decimals"],
    ["numbers in a column of missing ones", 90, (r) => (r % 3 ? noise(r) : "NA"), "quantities", "with decimals"],
  ])("%s", async (_, rows, value, kind, reason) => {
    const dataset = await readText(
      tableOf("x,it", rows, (r) => [noise(r), value(r)]),
      { label: "it" },
    );
    expect(taskOf(dataset).kind).toBe(kind);
    expect(dataset.remarks.join("\n")).toContain(reason);
  });

  it("whole numbers are classes in a column that is named for them", async () => {
    for (const name of ["label", "Class"]) {
      const text = tableOf(`x,${name}`, 120, (r) => [noise(r), r % 30]);
      for (const label of [undefined, name]) expect((await readText(text, { label })).classes).toHaveLength(30);
    }
  });

  it.each<[OpenOptions["task"], string]>([
    ["quantity", "quantities"],
    ["classes", "classes"],
  ])("or is what --task says: %s", async (task, kind) => {
    const dataset = await readText(
      tableOf("x,it", 60, (r) => [noise(r), r % 6]),
      { label: "it", task },
    );
    expect(taskOf(dataset).kind).toBe(kind);
    expect(dataset.remarks.join("\n")).toContain("as --task says");
  });
});

describe("a quantity", () => {
  const text = tableOf("x,price", 101, (r) => [noise(r), 1e6 + shuffled(r) / 4]);

  it("is standardised on the training part, and kept as it stands beside", async () => {
    const dataset = await openDataset(writeTable(text), { label: "price" });
    const task = taskOf(dataset);
    if (task.kind !== "quantities") throw new Error(task.kind);
    const raw = [...dataset.train].map((c) => 1e6 + shuffled(c) / 4);
    const mean = raw.reduce((sum, y) => sum + y) / raw.length;
    const deviation = Math.sqrt(raw.reduce((sum, y) => sum + (y - mean) ** 2, 0) / raw.length);
    expect(task).toMatchObject({
      names: ["price"],
      clamps: false,
      least: [Math.min(...raw)],
      most: [Math.max(...raw)],
    });
    expect(task.center[0]).toBeCloseTo(mean, 8);
    expect(task.spread[0]).toBeCloseTo(deviation, 8);
    for (const [c, y] of dataset.values!.entries()) {
      expect(y).toBe(1e6 + shuffled(c) / 4);
      expect(dataset.targets![c]).toBe(Math.fround((y - task.center[0]) / task.spread[0]));
    }
    expect(dataset.targets!.buffer).toBeInstanceOf(SharedArrayBuffer);
    const { targets, labels } = trainingExamples(dataset);
    expect([targets, labels]).toEqual([dataset.targets, undefined]);
    expect(testExamples(dataset)!.columns).toHaveLength(20);
  });

  it("is split by bins: each tenth of its range has its share of the test part, by the seed", async () => {
    const split = async (seed: number) => (await openDataset(writeTable(text), { label: "price", seed })).test;
    const test = await split(1);
    expect([...(await split(1))]).toEqual([...test]);
    expect([...(await split(2))]).not.toEqual([...test]);
    const tenths = Array.from({ length: 10 }, (_, k) => [...test].filter((c) => Math.floor(shuffled(c) / 10.1) === k));
    for (const members of tenths) expect(members.length).toBeGreaterThanOrEqual(1);
  });

  it("has bins of ten by rank, ties by column", () => {
    const { labels, classes } = binsOf(Float64Array.from({ length: 25 }, (_, c) => (c < 20 ? 1 : 0)));
    expect(classes).toBe(2);
    expect([...labels.subarray(20)]).toEqual([0, 0, 0, 0, 0]);
    expect([...labels].filter((bin) => bin === 0)).toHaveLength(13);
    expect(labels[7]).toBe(0);
    expect(labels[8]).toBe(1);
  });

  it("that is missing leaves its row out, and says so", async () => {
    const dataset = await readText(tableOf("x,price", 30, (r) => [noise(r), r % 10 === 3 ? "" : noise(r + 1)]));
    expect(dataset.targets).toHaveLength(27);
    expect(dataset.remarks.join("\n")).toContain("3 rows have no label and are left out");
  });

  it("is found in a test table, where what is no number is refused with its place", async () => {
    const folder = temporaryFolder();
    writeTable(text, "train.csv", folder);
    writeTable("price,x\n1000001,2\n,3\n1000002.5,4\n", "test.csv", folder);
    const dataset = await openDataset(folder, { label: "price" });
    expect([...dataset.test].map((c) => dataset.values![c])).toEqual([1000001, 1000002.5]);
    expect(dataset.remarks.join("\n")).toMatch(/test.csv: 1 row has no label/);
    writeTable("price,x\n1000001,2\ndear,3\n", "test.csv", folder);
    await expect(openDataset(folder, { label: "price" })).rejects.toThrow(
      /test.csv:3:1: expected a finite number, a quantity, found "dear" \(column "price"\)/,
    );
  });
});

describe("several label columns", () => {
  it("are quantities where all hold numbers", async () => {
    const text = tableOf("rent,x,price", 40, (r) => [noise(r + 2), noise(r), 100 + shuffled(r)]);
    for (const label of ["price,rent", ["price", "rent"], ["price, rent"]]) {
      const dataset = await readText(text, { label });
      expect(taskOf(dataset)).toMatchObject({ kind: "quantities", names: ["price", "rent"] });
      expect(dataset).toMatchObject({ inputs: 1, label: undefined });
      expect([...dataset.values!.subarray(2, 4)]).toEqual([100 + shuffled(1), Number(noise(3))]);
    }
  });

  it("are labels where all say yes or no, in any words for it", async () => {
    const text = tableOf("x,a,b,c", 40, (r) => [noise(r), r % 2, ["Yes", "no"][r % 2], ["F", "true", "?"][r % 3]]);
    const dataset = await readText(text.replaceAll("?", "NA"), { label: "a,b,c" });
    expect(taskOf(dataset)).toEqual({ kind: "labels", names: ["a", "b", "c"] });
    // Row 2 lacks a label.
    expect([...dataset.targets!.subarray(0, 9)]).toEqual([0, 1, 0, 1, 0, 1, 1, 0, 0]);
  });

  it("a name with a comma in it is one column", async () => {
    const text = `x,"price, EUR"\n${Array.from({ length: 30 }, (_, r) => `${noise(r)},${noise(r + 1)}`).join("\n")}\n`;
    expect((await readText(text, { label: "price, EUR" })).label).toBe("price, EUR");
  });

  it("without a header are matched by position", async () => {
    const folder = temporaryFolder();
    const row = (r: number) => [noise(r), noise(r + 1), noise(r + 2), noise(r + 3)];
    writeTable(
      tableOf(row(0).join(","), 39, (r) => row(r + 1)),
      "train.csv",
      folder,
    );
    const dataset = await openDataset(folder, { label: "2,4", header: false });
    expect(dataset).toMatchObject({ inputs: 2, preprocessing: { columns: ["1", "3"], named: false } });
    expect(taskOf(dataset)).toMatchObject({ names: ["2", "4"] });
    expect(dataset.values![0]).toBe(Number(noise(1)));
  });
});

const numbers = tableOf("x,y,word", 40, (r) => [noise(r), noise(r + 1), ["a", "b"][r % 2]]);

describe("is refused, with what to do:", () => {
  it.each<[string, string, OpenOptions, RegExp]>([
    [
      "a quantity of words",
      numbers,
      { label: "word", task: "quantity" },
      /:2:3: expected a finite number, a quantity, found "a" \(column "word"\); mend or delete that row, or pass --task classes/,
    ],
    [
      "a quantity with a word in it",
      numbers.replace(noise(5), "dear"),
      { label: "y", task: "quantity" },
      /:6:2: .*found "dear"/,
    ],
    [
      "a quantity that is the same everywhere",
      tableOf("x,y", 30, (r) => [noise(r), 2.5]),
      { label: "y", task: "quantity" },
      /expected a quantity that varies among the rows to train on, found 2.5 in each/,
    ],
    ["labels that are no yes or no", numbers, { label: "y", task: "labels" }, /:2:2: expected yes or no \(1 or 0/],
    [
      "classes of several columns",
      numbers,
      { label: "x,y", task: "classes" },
      /^--task: expected labels or quantity, .*found classes, with 2 columns of --label/,
    ],
    [
      "numbers and words together",
      numbers,
      { label: "x,word" },
      /"word": expected numbers, or yes or no, as there are several columns of --label, found words/,
    ],
    ["a column twice", numbers, { label: "x,x" }, /^--label: expected each column once, found "x" twice/],
    ["an empty name", numbers, { label: "x,," }, /^--label: expected names of columns, comma-separated/],
    ["no such column", numbers, { label: "x,z" }, /^--label: expected the name of a column/],
    [
      "a label as a feature",
      numbers,
      { label: "x,y", drop: ["y"] },
      /^--drop: expected a feature, found "y", which is the label/,
    ],
    ["clamped classes", numbers, { label: "word", clamp: true }, /^--clamp: expected a quantity, .*found classes/],
    [
      "a quantity as classes",
      numbers,
      { label: "y", task: "classes" },
      /expected classes, each with several rows, found 40 different values in 40 rows; .*--task quantity/,
    ],
  ])("%s", async (_, text, options, message) => {
    const attempt = readText(text, options);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toBeInstanceOf(InputError);
  });

  it("a task for digits", async () => {
    await expect(openDataset("digits", { examples: 50, task: "quantity" })).rejects.toThrow(
      /^--task: expected data that are a table/,
    );
  });
});
