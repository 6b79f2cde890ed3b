import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { InputError, randomStream } from "@scratch-nn/core";
import { type Dataset, openDataset, readCsv } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Writes a CSV file, gzipped if its name says so. */
function csv(text: string, name = "train.csv", folder = temporaryFolder()): string {
  const path = join(folder, name);
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(text) : text);
  return path;
}

const read = (text: string, options = {}): Promise<Dataset> => openDataset(csv(text), { testFraction: 0, ...options });

describe("CSV", () => {
  it("of Kaggle's kind just works: header, label first, pixels as bytes", async () => {
    const dataset = await read("label,pixel0,pixel1,pixel2\n7,0,128,255\n3,1,2,3\n");
    expect(dataset).toMatchObject({ inputs: 3, classes: ["3", "7"], scaling: { kind: "factor", factor: 1 / 255 } });
    expect([...dataset.X]).toEqual([0, 128, 255, 1, 2, 3]);
    expect([...dataset.labels]).toEqual([1, 0]);
    expect(dataset.X).toBeInstanceOf(Uint8Array);
  });

  it("without a header has its label first", async () => {
    const dataset = await read("1,10,20\n0,30,40\n");
    expect([[...dataset.X], [...dataset.labels]]).toEqual([
      [10, 20, 30, 40],
      [1, 0],
    ]);
  });

  it("with words for labels finds their column; numbers of any range are standardised", async () => {
    const dataset = await read("5.1,3.5,setosa\n4.9,3.0,virginica\n5.0,2.5,setosa\n");
    expect(dataset.classes).toEqual(["setosa", "virginica"]);
    expect(dataset.X).toBeInstanceOf(Float32Array);
    expect(dataset.scaling).toMatchObject({ kind: "standard" });
    const { mean, deviation } = dataset.scaling as { mean: readonly number[]; deviation: readonly number[] };
    expect(mean[0]).toBeCloseTo(5, 6);
    expect(deviation[1]).toBeCloseTo(Math.sqrt((0.25 + 0 + 0.25) / 3), 6);
    expect(dataset.X[0]).toBeCloseTo(0.1 / deviation[0], 5);
  });

  it.each([
    ["by name", "b"],
    ["by position", "2"],
  ])("takes the label column %s", async (_, label) => {
    const dataset = await read("a,b,c\n1,9,2\n3,8,4\n", { label });
    expect([dataset.classes, [...dataset.X]]).toEqual([
      ["8", "9"],
      [1, 2, 3, 4],
    ]);
  });

  it("sorts numeric classes as numbers", async () => {
    expect((await read("label,x\n10,1\n9,2\n2,3\n")).classes).toEqual(["2", "9", "10"]);
  });

  it("takes blank lines, CRLF, a byte order mark, quotes and blanks around numbers in its stride", async () => {
    const dataset = await read('\ufefflabel,x\r\n\r\n"b", 1 \r\na,"2"\r\n   \r\n');
    expect([dataset.classes, [...dataset.labels], [...dataset.X]]).toEqual([
      ["a", "b"],
      [1, 0],
      [1, 2],
    ]);
  });

  it("takes the first --examples rows", async () => {
    expect([...(await read("label,x\n0,1\n1,2\n0,3\n1,4\n", { examples: 3 })).X]).toEqual([1, 2, 3]);
  });

  it("in a directory: train.csv to train on, test.csv to test on", async () => {
    const folder = temporaryFolder();
    csv("label,x\n0,1\n1,2\n", "train.csv", folder);
    csv("label,x\n1,3\n", "test.csv.gz", folder);
    const dataset = await openDataset(folder);
    expect([[...dataset.train], [...dataset.test], [...dataset.X]]).toEqual([[0, 1], [2], [1, 2, 3]]);
  });

  it("in a directory: a competition's test.csv, which has no labels, is left alone", async () => {
    const folder = temporaryFolder();
    csv("label,x,y\n0,1,1\n1,2,2\n", "train.csv", folder);
    csv("x,y\n3,3\n", "test.csv", folder);
    const dataset = await openDataset(folder, { testFraction: 0 });
    expect(dataset.test).toHaveLength(0);
    expect(dataset.remarks.join()).toContain("has no labels");
  });

  it("standardises by the training part alone", async () => {
    const folder = temporaryFolder();
    csv("label,x\n0,1.5\n1,2.5\n", "train.csv", folder);
    csv("label,x\n0,1000.5\n", "test.csv", folder);
    expect((await openDataset(folder)).scaling).toEqual({ kind: "standard", mean: [2], deviation: [0.5] });
  });
});

const FAULTS: readonly [what: string, text: string, message: RegExp][] = [
  ["nothing", "", /train\.csv: expected rows of numbers and a label, found an empty file;/],
  ["blank lines only", "\n\n \n", /train\.csv: expected rows .*found an empty file;/],
  ["a header only", "label,x\n", /train\.csv:1: expected rows of data below the header, found the header only;/],
  ["one column", "label\n1\n2\n", /train\.csv:1: expected a label and at least one feature.*found one column/],
  ["a short row", "label,x,y\n0,1,2\n1,3\n", /train\.csv:3: expected 3 columns like the first row, found 2;/],
  ["a long row", "label,x,y\n0,1,2\n\n1,3,4,5\n", /train\.csv:4: expected 3 columns like the first row, found 4;/],
  [
    "a word for a number",
    "label,x,y\n0,1,2\n1,3,abc\n",
    /train\.csv:3:3: expected a number, found "abc" \(column "y"\);/,
  ],
  ["a number missing", "label,x,y\n0,1,2\n1,,2\n", /train\.csv:3:2: expected a number, found "" \(column "x"\);/],
  ["NaN", "label,x\n0,1\n1,NaN\n", /train\.csv:3:2: expected a number, found "NaN"/],
  ["Infinity", "label,x\n0,1\n1,Infinity\n", /train\.csv:3:2: expected a number, found "Infinity"/],
  ["a number beyond f32", "label,x\n0,1\n1,1e39\n", /train\.csv:3:2: expected a number, found "1e39"/],
  ["hexadecimal", "label,x\n0,1\n1,0x10\n", /train\.csv:3:2: expected a number, found "0x10"/],
  [
    "NaN in the first row, without a header",
    "0,nan\n1,2\n",
    /train\.csv:1:2: expected a number, found "nan" \(column 2\)/,
  ],
  ["a label missing", "label,x\n0,1\n,2\n", /train\.csv:3:1: expected the name of a class, found ""/],
  ["one class", "label,x\n4,1\n4,2\n", /expected examples of at least two classes, found only "4"/],
  [
    "a quote that never closes",
    'label,x\n0,1\n1,"2\n0,3\n',
    /train\.csv:3: expected a row of comma-separated values, found missing closing/,
  ],
  [
    "something after a quote",
    'label,x\n0,1\n\n1,"2"3\n',
    /train\.csv:4: expected a row of comma-separated values, found expected: ',' OR new line got: '3'/,
  ],
];

describe("CSV with a fault is refused, saying where:", () => {
  it.each(FAULTS)("%s", async (_, text, message) => {
    const attempt = read(text);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toBeInstanceOf(InputError);
  });

  it("a test label that training has not", async () => {
    const folder = temporaryFolder();
    csv("label,x\ncat,1\ndog,2\n", "train.csv", folder);
    csv("label,x\ncat,1\ncow,2\n", "test.csv", folder);
    await expect(openDataset(folder)).rejects.toThrow(
      /test\.csv:3:1: expected a class seen in training \(cat, dog\), found "cow"/,
    );
  });

  it("a label column that is not there", async () => {
    await expect(read("label,x\n0,1\n1,2\n", { label: "y" })).rejects.toThrow(
      /^--label: .*found "y"; its columns are label, x/,
    );
    await expect(read("0,1\n1,2\n", { label: "3" })).rejects.toThrow(/^--label: .*a number from 1 to 2, found "3"/);
  });

  it("a directory with neither IDX files nor train.csv", async () => {
    await expect(openDataset(temporaryFolder())).rejects.toThrow(
      /expected MNIST's IDX files .* or train\.csv, found neither/,
    );
  });

  it("a file that is not there", async () => {
    await expect(openDataset("nowhere.csv")).rejects.toThrow(
      /^--data: expected digits, mnist, .*found "nowhere\.csv", where nothing is/,
    );
  });
});

/** Rows enough for several blocks, some 6 MB. */
function manyRows(rows: number): string[] {
  const random = randomStream(3, 50);
  return Array.from(
    { length: rows },
    (_, r) => `${r % 7},${Array.from({ length: 100 }, (_, k) => random.bits(100 * r + k) % 1000).join(",")}`,
  );
}

describe("a large CSV file", () => {
  const rows = manyRows(16_000);
  const header = `label,${Array.from({ length: 100 }, (_, k) => `x${k}`).join(",")}`;
  const text = `${header}\n${rows.join("\n")}\n`;
  const expected = Float32Array.from(rows.flatMap((row) => row.split(",").slice(1).map(Number)));

  it.each([
    ["train.csv", 1],
    ["train.csv", 2],
    ["train.csv", 3],
    ["train.csv.gz", 1],
    ["train.csv.gz", 2],
  ])("is the same, as %s with %i threads", async (name, threads) => {
    const progress: number[] = [];
    const path = csv(text, name);
    const dataset = await readCsv(
      path,
      { train: path },
      { threads, testFraction: 0, onProgress: ({ done }) => progress.push(done) },
    );
    const { mean, deviation } = dataset.scaling as { mean: readonly number[]; deviation: readonly number[] };
    expect(dataset.X).toEqual(expected.map((x, at) => (x - mean[at % 100]) / deviation[at % 100]));
    expect([...dataset.labels]).toEqual(rows.map((_, r) => r % 7));
    expect(progress.length).toBeGreaterThan(3);
    expect(progress.at(-1)).toBe(16_000);
  });

  it.each([
    ["train.csv", 1],
    ["train.csv", 3],
    ["train.csv.gz", 2],
  ])("with two faults tells of the first, as %s with %i threads", async (name, threads) => {
    const bad = [...rows];
    bad[3_000] = "1,2,3";
    bad[13_000] = bad[13_000].replace(/,\d+$/, ",oops");
    const path = csv(`${header}\n\n${bad.join("\r\n")}`, name);
    await expect(readCsv(path, { train: path }, { threads })).rejects.toThrow(
      /train\.csv(\.gz)?:3003: expected 101 columns like the first row, found 3;/,
    );
  });

  it.each([1, 2])(
    "with a number that is no byte only at its end is read as numbers, with %i threads",
    async (threads) => {
      const bytes = rows.map((row) =>
        row
          .split(",")
          .map((x) => String(Number(x) % 256))
          .join(","),
      );
      bytes[15_999] = bytes[15_999].replace(/,\d+$/, ",0.5");
      const path = csv(`${header}\n${bytes.join("\n")}`);
      const dataset = await readCsv(path, { train: path }, { threads, testFraction: 0 });
      expect(dataset.X).toBeInstanceOf(Float32Array);
      expect(dataset.train).toHaveLength(16_000);
    },
  );

  it.each([1, 3])(
    "with line breaks inside quotes keeps its rows and line numbers, asked for %i threads",
    async (threads) => {
      const words = rows.map((row, r) => row.replace(/^\d+/, r % 2 ? '"odd\nrow"' : '"even ""row"""'));
      const path = csv(`${header}\n${words.join("\n")}\n`);
      const dataset = await readCsv(path, { train: path }, { threads, testFraction: 0 });
      expect(dataset.classes).toEqual(['even "row"', "odd\nrow"]);
      expect(dataset.train).toHaveLength(16_000);
      words[10_001] = words[10_001].replace(/,\d+$/, ",oops");
      const faulty = csv(`${header}\n${words.join("\n")}\n`);
      // Row 10,002 of the data: a line for the header, 10,001 rows before it, and a line more for each odd one of them.
      await expect(readCsv(faulty, { train: faulty }, { threads })).rejects.toThrow(
        /:15003:101: expected a number, found "oops"/,
      );
    },
  );

  it("read only in part tells nothing of faults beyond", async () => {
    const path = csv(`${header}\n${rows.join("\n")}\n1,2,3\n`);
    const dataset = await readCsv(path, { train: path }, { threads: 2, examples: 15_000, testFraction: 0 });
    expect(dataset.train).toHaveLength(15_000);
  });
});
