import type { ColumnEncoder } from "@scratch-nn/core";
import { type Dataset, openDataset } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { inputsOf, kindOf, readText, tableOf, writeTable } from "../support/tables.ts";

const noise = (r: number): number => Number((Math.sin(r * 12.9898) * 3).toFixed(4));
/** A table with one feature x, and also noise and a label. */
const withColumn = (x: (r: number) => string | number, rows = 60, options = {}): Promise<Dataset> =>
  readText(
    tableOf("label,noise,x", rows, (r) => [["a", "b", "c"][r % 3], noise(r), x(r)]),
    options,
  );

function encoderOf(dataset: Dataset, name: string): ColumnEncoder | undefined {
  const { columns, encoders } = dataset.preprocessing;
  return encoders.find((encoder) => columns[encoder.column] === name);
}

describe("a column of", () => {
  it.each([
    ["numbers", "number", (r: number) => noise(r + 9)],
    ["two numbers", "yes/no", (r: number) => ((r * 7) % 5 > 2 ? 1 : 0)],
    ["two words", "yes/no", (r: number) => ((r * 7) % 5 > 2 ? "yes" : "no")],
    ["some words", "category", (r: number) => ["red", "green", "blue", "grey"][(r * 7) % 4]],
    ["one number", "constant", () => 14.62],
    ["one word", "constant", () => "same"],
    ["row numbers", "identifier", (r: number) => r + 1],
    ["a different word in each row", "identifier", (r: number) => `name${r}`],
    ["sentences", "text", (r: number) => `this is the sentence number ${r % 50} of them`],
    ["nothing", "empty", () => ""],
    ["dates", "date", (r: number) => `2024-0${1 + (r % 9)}-1${r % 10}`],
  ] as const)("%s is found to be: %s", async (_, kind, x) => {
    expect(kindOf(await withColumn(x), "x")).toBe(kind);
  });

  it("whole numbers that all differ is an identifier where its name says so", async () => {
    const text = tableOf("label,x,user_id", 40, (r) => [r % 2, noise(r), 1000 + ((r * 37) % 400)]);
    const dataset = await readText(text);
    expect(kindOf(dataset, "user_id")).toBe("identifier");
    expect(kindOf(await readText(text, { numeric: ["user_id"] }), "user_id")).toBe("number");
  });
});

describe("numbers", () => {
  it("are standardised in f64: an offset of 1e8 changes nothing but the last bits", async () => {
    const near = await withColumn((r) => noise(r + 4));
    const far = await withColumn((r) => (1e8 + noise(r + 4)).toFixed(4));
    for (let c = 0; c < 60; c++) expect(inputsOf(far, c)[1]).toBeCloseTo(inputsOf(near, c)[1], 5);
  });

  it("of the training part alone give mean and deviation", async () => {
    const folder = writeTable(tableOf("label,x", 4, (r) => [r % 2, 1 + 2 * r])).replace(/train\.csv$/, "");
    writeTable("label,x\n0,1000\n1,2000\n", "test.csv", folder);
    const { preprocessing } = await openDataset(folder);
    expect(preprocessing.encoders).toEqual([
      { kind: "number", column: 0, center: 4, spread: Math.sqrt(5), clips: false, fill: 4, marksMissing: false },
    ]);
  });

  it("beyond f32 are taken, since they are scaled first", async () => {
    const dataset = await withColumn((r) => `${noise(r + 1)}e200`);
    expect(inputsOf(dataset, 3).every(Number.isFinite)).toBe(true);
    expect(inputsOf(dataset, 3)[1]).toBeCloseTo(inputsOf(await withColumn((r) => noise(r + 1)), 3)[1], 5);
  });

  it("that are missing are the median, and an input says so", async () => {
    const dataset = await withColumn((r) => (r % 6 === 0 ? ["", "NA", "?"][(r / 6) % 3] : r % 7));
    expect(kindOf(dataset, "x")).toBe("number");
    expect(encoderOf(dataset, "x")).toMatchObject({ kind: "number", fill: 3, marksMissing: true });
    expect(inputsOf(dataset, 0)[2]).toBe(1);
    expect(inputsOf(dataset, 1)[2]).toBe(0);
  });

  it.each(["auto", "robust", "none"] as const)(
    "that are missing in another part only are as in the middle there, scaled %s",
    async (scale) => {
      const folder = writeTable(tableOf("label,year", 5, (r) => [r % 2, 2000 + r])).replace(/train\.csv$/, "");
      writeTable("label,year\n0,\n1,2002\n", "test.csv", folder);
      const dataset = await openDataset(folder, { scale });
      expect([...inputsOf(dataset, 5)]).toEqual([...inputsOf(dataset, 6)]);
    },
  );

  it("of dates that are missing in another part only are as in the middle there", async () => {
    const folder = writeTable(tableOf("label,day", 5, (r) => [r % 2, `2020-03-0${1 + r}`])).replace(/train\.csv$/, "");
    writeTable("label,day\n0,\n1,2020-03-03\n", "test.csv", folder);
    const dataset = await openDataset(folder);
    expect([...inputsOf(dataset, 5)]).toEqual([...inputsOf(dataset, 6)]);
  });

  it.each([
    ["robust", { center: 2, spread: 4, clips: true }],
    ["none", { center: 0, spread: 1, clips: false }],
    ["pixels", { center: 0, spread: 255, clips: false }],
  ] as const)("are scaled as --scale %s says", async (scale, expected) => {
    // The quartiles of the repeated values 0, 0, 1, 2, 3, 4, 1000 are 0 and 4.
    const dataset = await withColumn((r) => [0, 0, 1, 2, 3, 4, 1000][r % 7], 70, { scale });
    expect(encoderOf(dataset, "x")).toMatchObject(expected);
  });

  it("scaled robustly stay finite where the quartiles are equal", async () => {
    const dataset = await withColumn((r) => (r === 5 ? -3 : r === 9 ? 9 : 0), 70, { scale: "robust" });
    expect(encoderOf(dataset, "x")).toMatchObject({ center: 0, spread: 6, clips: true });
  });

  it("with a word among them are refused, naming line and column, unless the user says what they are", async () => {
    const x = (r: number): string | number => (r === 30 ? "abc" : noise(r));
    await expect(withColumn(x)).rejects.toThrow(
      /train\.csv:32:3: expected a number, found "abc" \(column "x"\); mend or delete that row, empty the cell, or pass --categorical or --drop "x"/,
    );
    expect(kindOf(await withColumn(x, 60, { drop: ["x"] }), "x")).toBe("dropped");
    await expect(withColumn((r) => (r % 2 ? "big" : "small"), 60, { numeric: ["x"] })).rejects.toThrow(
      /train\.csv:2:3: expected a number, found "small"/,
    );
  });

  it("from 0 to 255 are no pixels without evidence", async () => {
    const dataset = await withColumn((r) => (r * 7) % 256);
    expect(dataset.X).toBeInstanceOf(Float32Array);
    expect(kindOf(dataset, "x")).toBe("number");
  });
});

describe("bytes are pixels", () => {
  const row = (columns: number, most: number) => (r: number) => [
    r % 3,
    ...Array.from({ length: columns }, (_, k) => (r * 31 + k * 17) % most),
  ];

  it("by their names", async () => {
    const dataset = await readText(tableOf("label,pixel0,pixel1", 9, row(2, 256)));
    expect(dataset.X).toBeInstanceOf(Uint8Array);
    expect(dataset.preprocessing.encoders).toEqual([{ kind: "pixels", column: 0, count: 2, factor: 1 / 255 }]);
  });

  it("where there are hundreds of them, with a header or without", async () => {
    for (const header of [`label,${Array.from({ length: 300 }, (_, k) => `f${k}`)}`, row(300, 256)(9).join(",")]) {
      const dataset = await readText(tableOf(header, 20, row(300, 256)));
      expect(dataset.X).toBeInstanceOf(Uint8Array);
      expect(dataset.inputs).toBe(300);
    }
  });

  it("not where none is above 16", async () => {
    expect((await readText(tableOf("label,pixel0,pixel1", 40, row(2, 17)))).X).toBeInstanceOf(Float32Array);
  });

  it("not where one number is none, nor where --scale says otherwise", async () => {
    const pixels = row(2, 256);
    const text = tableOf("label,pixel0,pixel1", 40, (r) => (r === 39 ? [0, 0.5, 7] : pixels(r)));
    expect((await readText(text)).X).toBeInstanceOf(Float32Array);
    const standard = await readText(tableOf("label,pixel0,pixel1", 40, pixels), { scale: "standard" });
    expect(standard.X).toBeInstanceOf(Float32Array);
  });

  it("where --scale pixels says so, whatever their names", async () => {
    const dataset = await readText(tableOf("label,a,b", 9, row(2, 16)), { scale: "pixels" });
    expect(dataset.X).toBeInstanceOf(Uint8Array);
  });
});

describe("words", () => {
  it("of two kinds are one input of -1 or 1", async () => {
    const dataset = await withColumn((r) => ((r * 7) % 5 > 2 ? "yes" : "no"));
    expect([1, 2, 4].map((c) => inputsOf(dataset, c)[1])).toEqual([-1, 1, 1]);
  });

  it("are one-hot, rare ones share an input", async () => {
    const dataset = await withColumn((r) => (r === 7 ? "unique" : ["red", "green", "blue"][(r * r) % 3]), 60);
    expect(encoderOf(dataset, "x")).toEqual({
      kind: "category",
      column: 1,
      levels: ["green", "red"],
      missing: false,
      other: true,
    });
    expect(inputsOf(dataset, 7).slice(1)).toEqual([0, 0, 1]);
  });

  it("that are missing are a level of their own", async () => {
    const dataset = await withColumn((r) => ["red", "green", ""][(r * 7) % 3]);
    expect(encoderOf(dataset, "x")).toMatchObject({ levels: ["green", "red"], missing: true, other: false });
    expect(inputsOf(dataset, 2).slice(1)).toEqual([0, 0, 1].map((_, i) => inputsOf(dataset, 2)[1 + i]));
  });

  it("that numbers stand for, if --categorical says so", async () => {
    const dataset = await withColumn((r) => (r * 7) % 4, 60, { categorical: ["x"] });
    expect(encoderOf(dataset, "x")).toMatchObject({ kind: "category", levels: ["0", "1", "2", "3"] });
  });
});

describe("dates", () => {
  it.each([
    ["year first", (r: number) => `2024-01-${String(1 + (r % 28)).padStart(2, "0")}`, "ymd"],
    ["day first", (r: number) => `${String(1 + (r % 28)).padStart(2, "0")}/01/2024`, "dmy"],
    ["month first", (r: number) => `01/${String(1 + (r % 28)).padStart(2, "0")}/2024`, "mdy"],
    ["with the month's name", (r: number) => `${String(1 + (r % 28)).padStart(2, "0")}-Jan-2024`, "dmy"],
    ["with the month's name first", (r: number) => `"January ${1 + (r % 28)}, 2024"`, "mdy"],
  ] as const)("become numbers: %s", async (_, x, order) => {
    const dataset = await withColumn(x);
    expect(encoderOf(dataset, "x")).toMatchObject({ kind: "date", order });
    expect(inputsOf(dataset, 1)[1]).toBeGreaterThan(inputsOf(dataset, 0)[1]);
  });
});

describe("an index without a name, in the order that a shuffle has left,", () => {
  const shuffled = (r: number): number => (r * 37) % 101;
  it.each([
    ["", "x"],
    ["Unnamed: 0", "x"],
  ])("is an identifier: %j", async (name, x) => {
    const rows = tableOf(`${name},${x},label`, 60, (r) => [shuffled(r), noise(r), r % 2]);
    expect(kindOf(await readText(rows), "Unnamed: 0")).toBe("identifier");
    expect(kindOf(await readText(rows, { numeric: ["Unnamed: 0"] }), "Unnamed: 0")).toBe("number");
  });

  it("is a number where values come twice", async () => {
    const rows = tableOf(",x,label", 60, (r) => [shuffled(r % 50), noise(r), r % 2]);
    expect(kindOf(await readText(rows), "Unnamed: 0")).toBe("number");
  });
});

describe("one cell that is no date among dates is refused", () => {
  const day = (r: number): string => `2024-01-${String(1 + (r % 28)).padStart(2, "0")}`;
  it.each([
    ["a word", "soon"],
    ["a day that there is not", "2024-02-30"],
    ["another order", "31/01/2024"],
    ["a year", "2024"],
    ["zeros", "0000-00-00"],
  ])("%s", async (_, odd) => {
    const x = (r: number): string => (r === 30 ? odd : day(r));
    await expect(withColumn(x)).rejects.toThrow(
      `train.csv:32:3: expected a date in the order year, month, day, found "${odd}" (column "x"); mend or delete that row, empty the cell, or pass --categorical or --drop "x"`,
    );
    expect(kindOf(await withColumn(x, 60, { categorical: ["x"] }), "x")).toBe("category");
    expect(kindOf(await withColumn(x, 60, { drop: ["x"] }), "x")).toBe("dropped");
  });

  it("but not where every other one is none", async () => {
    expect(kindOf(await withColumn((r) => (r % 2 ? "soon" : day(r % 12))), "x")).toBe("category");
  });
});

describe("quantities that are written as words are refused", () => {
  it.each([
    ["a percentage", (r: number) => `${10 + r}%`],
    ["an amount of money", (r: number) => `$${10 + r}.99`],
    ["an amount of money", (r: number) => `"${10 + r},99 EUR"`],
    ["an amount of money", (r: number) => `${10 + r}.5 €`],
    ["a number in brackets", (r: number) => `(${10 + r})`],
    ["a number with separators", (r: number) => `1_${200 + r}`],
    ["a time of day", (r: number) => `0${r % 10}:${10 + (r % 50)}`],
    ["a time of day", (r: number) => `${1 + (r % 12)}:05 ${r % 2 ? "AM" : "pm"}`],
    ["a date", (r: number) => `"Mon, 1${r % 10} Jan 2020"`],
    ["an infinity", (r: number) => (r % 2 ? "inf" : "-inf")],
  ])("as %s", async (looks, x) => {
    await expect(withColumn(x)).rejects.toThrow(
      `train.csv:2:3: expected a number, a date or a category, found ${JSON.stringify(x(0).replaceAll('"', ""))} (column "x"), which looks like ${looks}; write plain numbers there, or pass --categorical or --drop "x"`,
    );
    expect(kindOf(await withColumn(x, 60, { drop: ["x"] }), "x")).toBe("dropped");
    expect(kindOf(await withColumn((r) => x(r % 5), 60, { categorical: ["x"] }), "x")).toMatch(/category|yes/);
  });

  it.each([
    ["ids of two numbers", (r: number) => `00${10 + r}_01`],
    ["ranges", (r: number) => `${r % 5}0-${1 + (r % 5)}0`],
    ["codes", (r: number) => `A${10 + (r % 7)}`],
    ["versions", (r: number) => `v1.${r % 7}`],
  ])("but not %s", async (_, x) => {
    expect(kindOf(await withColumn(x), "x")).toMatch(/identifier|category/);
  });
});

describe("words that nearly all differ", () => {
  const detail = (dataset: Dataset) => dataset.columns!.find(({ name }) => name === "x")!;
  it("are identifiers or text, and the plan says what keeps them", async () => {
    expect(detail(await withColumn((r) => `c-${r}`))).toMatchObject({
      kind: "identifier",
      detail: expect.stringMatching(/a different word in nearly every row: left out; --categorical keeps/),
    });
    expect(detail(await withColumn((r) => `Mr. Smith${r}`)).kind).toBe("text");
    expect(detail(await withColumn((r) => `12345678901234${100_000 + 7 * r}`)).detail).toMatch(/--numeric keeps/);
  });
});

describe("what may mislead is said in a line:", () => {
  it("a column that alone gives the label away", async () => {
    const leaky = await withColumn((r) => ["cat", "dog", "owl"][r % 3]);
    expect(leaky.remarks.join("\n")).toMatch(/column "x" alone gives the label away/);
    const separated = await withColumn((r) => 100 * (r % 3) + noise(r));
    expect(separated.remarks.join("\n")).toMatch(/column "x" alone gives the label away: --drop it/);
    expect((await withColumn((r) => noise(r + 2))).remarks.join("\n")).not.toMatch(/gives the label away/);
  });

  it("constant columns and row numbers", async () => {
    const details = (dataset: Dataset) => dataset.columns!.find(({ name }) => name === "x")!.detail;
    expect(details(await withColumn(() => 7))).toBe("7 in every row: left out");
    expect(details(await withColumn((r) => r))).toMatch(/it counts the rows of the file: left out; --numeric keeps it/);
  });
});

describe("what the user says of columns", () => {
  it("finds them in any case where no name is exact", async () => {
    expect(kindOf(await withColumn(noise, 60, { drop: ["X"] }), "x")).toBe("dropped");
    const text = tableOf("label,noise,x,X", 60, (r) => ["abc"[r % 3], noise(r), noise(r + 1), noise(r + 2)]);
    const dataset = await readText(text, { drop: ["X"] });
    expect(["x", "X"].map((name) => kindOf(dataset, name))).toEqual(["number", "dropped"]);
    await expect(readText(text.replace("x,X", "xa,XA"), { drop: ["Xa"] })).rejects.toThrow(
      /^--drop: expected the name/,
    );
  });
});

describe("what the user says of columns is refused where it names", () => {
  it.each([
    [
      "no column",
      { drop: ["nope"] },
      /^--drop: expected the name of a column of .*, or a number from 1 to 3, found "nope"/,
    ],
    ["the label", { categorical: ["label"] }, /^--categorical: expected a feature, found "label", which is the label/],
    [
      "one twice",
      { drop: ["x"], numeric: ["x"] },
      /^--numeric: expected one of --drop, .* for a column, found two for "x"/,
    ],
  ])("%s", async (_, wishes, message) => {
    await expect(withColumn(noise, 60, wishes)).rejects.toThrow(message);
  });

  it("all of them", async () => {
    await expect(withColumn(noise, 60, { drop: ["x", "noise"] })).rejects.toThrow(
      /expected at least one column to learn from besides the label, found "noise" is dropped/,
    );
  });

  it("all that differ in each row, for categories", async () => {
    await expect(withColumn((r) => `w${r}`, 60, { drop: ["noise"], categorical: ["x"] })).rejects.toThrow(
      /"x" is category \(a different value in nearly every row: left out, since no category has several rows\).*; keep columns of numbers with --numeric, or check --label$/,
    );
  });
});
