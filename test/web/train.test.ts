import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNetwork, type FitOptions, fit as trainAlone } from "@scratch-nn/core";
import { drawDigits, readTableDataset } from "@scratch-nn/data";
import { bytesDataset } from "@scratch-nn/data/tables";
import {
  cellsOfQuoted,
  commandLine,
  TRAIN_DEFAULTS as DEFAULTS,
  digitsDataset,
  readSettings,
  SETTINGS,
  TEST_FRACTION,
  type TrainSettings,
  teamTraining,
  writeSettings,
} from "@scratch-nn/web";
import fc from "fast-check";
import { parseString } from "fast-csv";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const ODD: TrainSettings = {
  data: "table",
  examples: 500,
  label: "is it's?",
  hidden: [64, 3],
  activation: "gelu",
  optimizer: "momentum",
  learningRate: 0.05,
  batchSize: "full",
  epochs: 3,
  seed: 4294967295,
  shards: 5,
  workers: 4,
};

describe("the settings of a training in the page", () => {
  it("stand in the address as a whole, defaults left out", () => {
    const written = writeSettings(ODD);
    expect(Object.keys(written)).toEqual(SETTINGS);
    expect(readSettings((key) => written[key as keyof TrainSettings])).toEqual(ODD);
    expect(Object.values(writeSettings(DEFAULTS)).every((text) => text === undefined)).toBe(true);
  });

  it("fall back to the defaults one by one where the address has none", () => {
    const text: Record<string, string> = {
      hidden: "8,0",
      epochs: "1e9",
      batchSize: "-3",
      seed: "1.5",
      activation: "relu2",
      learningRate: "0.5",
      workers: "",
    };
    expect(readSettings((key) => text[key])).toEqual({ ...DEFAULTS, learningRate: 0.5 });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...SETTINGS), fc.string()), (odd) => {
        const settings = readSettings((key) => odd[key]);
        expect(settings.hidden.length).toBeGreaterThan(0);
        expect(readSettings((key) => writeSettings(settings)[key as keyof TrainSettings])).toEqual(settings);
      }),
      { numRuns: 300 },
    );
  });

  it("are a command line that a shell takes word by word", () => {
    expect(commandLine(ODD, "my data.csv")).toBe(
      "npx -y pnpm@12 train --data 'my data.csv' --label 'is it'\\''s?' --hidden 64,3 --activation gelu" +
        " --optimizer momentum --lr 0.05 --batch-size full --epochs 3 --seed 4294967295 --shards 5 --workers 4",
    );
    expect(commandLine(DEFAULTS, "")).toMatch(/ train --data digits --examples 6000 --hidden 32 /);
  });
});

describe("what the page learns from", () => {
  it("is the dataset digits of the command line, byte for byte", async () => {
    const expected = await drawDigits({ seed: 7, examples: 203 });
    const found = digitsDataset(7, 203, (bytes) => new ArrayBuffer(bytes));
    expect(found.X).toEqual(new Uint8Array(expected.X));
    expect(found.labels).toEqual(new Uint16Array(expected.labels));
    const { train, test, classes, preprocessing } = expected;
    expect(found).toMatchObject({ train, test, classes, preprocessing });
  });

  it.each([
    [
      "commas, quotes, gaps, dates",
      ",",
      (r: number) => [r % 7 ? r : "", `"a, ""${r % 3}"""`, `2024-01-${10 + (r % 9)}`, r % 2 ? "yes" : "no"],
    ],
    [
      "semicolons and decimal commas",
      ";",
      (r: number) => [`${r},5`, ["rot", "blau", "NA"][r % 3], r % 2, r % 3 ? "b" : "a"],
    ],
  ] as const)("is the command line's, encoded and split, from the bytes of a table: %s", async (_, delimiter, row) => {
    const lines = Array.from({ length: 60 }, (_, r) => row(r).join(delimiter));
    const text = `${["u", "v", "w", "label"].join(delimiter)}\n${lines.join("\n")}\n`;
    const file = join(temporaryFolder(), "table.csv");
    writeFileSync(file, text);
    const options = { seed: 3, testFraction: TEST_FRACTION };
    const expected = await readTableDataset("table.csv", { train: file }, options);
    const found = await bytesDataset("table.csv", new TextEncoder().encode(text), options);
    expect(found).toEqual(expected);
    expect(found.classes).toHaveLength(2);
  });

  it("names line and column of what is wrong in it", async () => {
    const bytes = new TextEncoder().encode("a,b\n1,2\n3\n4,5\n");
    await expect(bytesDataset("mine.csv", bytes, {})).rejects.toThrow(/^mine\.csv:3/);
  });
});

describe("cells of rows with quotes", () => {
  const cell = fc.oneof(
    fc.stringMatching(/^[ab "\t,\n]{0,5}$/).map((text) => `"${text.replaceAll('"', '""')}"`),
    fc.stringMatching(/^ {0,2}([ab]{1,2}"?[ab]?)? {0,2}$/),
  );

  it("are those that fast-csv finds, but for blanks around them, which nobody looks at", async () => {
    const rows = fc.array(
      fc.array(cell, { minLength: 1, maxLength: 4 }).map((cells) => [...cells, '"q"'].join(",")),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(rows, async (lines) => {
        const text = `${lines.join("\n")}\n`;
        const expected = await new Promise<string[][] | undefined>((resolve) => {
          const found: string[][] = [];
          parseString(text, { headers: false, ignoreEmpty: false })
            .on("data", (row: string[]) => found.push(row))
            .on("error", () => resolve(undefined))
            .on("end", () => resolve(found));
        });
        const trimmed = (rows?: string[][]) => rows?.map((row) => row.map((cell) => cell.trim()));
        expect(trimmed(cellsOfQuoted(text, ","))).toEqual(trimmed(expected));
      }),
      { numRuns: 300 },
    );
  });
});

describe("a team's training", () => {
  it.each([
    [
      "mini-batches of Adam, 3 threads",
      3,
      { epochs: 3, batchSize: 32, optimizer: { name: "adam" }, learningRate: 0.01 },
    ],
    ["the full batch, 5 threads", 5, { epochs: 4, learningRate: 0.3 }],
    ["17 shards, 2 threads", 2, { epochs: 2, batchSize: 50, shards: 17, learningRate: 0.1 }],
  ] as [string, number, FitOptions][])(
    "has the bits of one thread, whoever computes the tasks: %s",
    (_, threads, options) => {
      const { X, labels, train } = digitsDataset(1, 200, (bytes) => new SharedArrayBuffer(bytes));
      const examples = { X, labels, columns: train };
      const make = () => createNetwork({ layers: [784, 12, 10], seed: 2 });
      const [alone, together] = [make(), make()];
      trainAlone(alone, examples, options);
      // No worker helps, so this thread computes all tasks of a step that is divided between several.
      const works: number[] = [];
      const steps = teamTraining(together, examples, options, threads, ({ thread }) => works.push(thread));
      let result = steps.next();
      while (!result.done) result = steps.next();
      expect(works).toEqual(Array.from({ length: threads - 1 }, (_, i) => i + 1));
      expect(weightsSha256(together)).toBe(weightsSha256(alone));
      expect(result.value.epochs).toHaveLength(options.epochs);
    },
  );
});
