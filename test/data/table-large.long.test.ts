import { openDataset } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { HEADER, LINES, NUMBERS } from "../support/large-table.ts";
import { writeTable as csv } from "../support/tables.ts";
import { everyNth } from "../support/thorough.ts";

describe("a large CSV file", () => {
  const text = `${HEADER}\n${LINES.join("\n")}\n`;
  const expected = Float32Array.from(NUMBERS.flatMap((row) => row.slice(1)));

  it.each(
    everyNth(2, [
      ["train.csv", 1],
      ["train.csv", 2],
      ["train.csv", 3],
      ["train.csv.gz", 1],
      ["train.csv.gz", 2],
    ] as const),
  )("is the same, as %s with %i threads", async (name, threads) => {
    const progress: number[] = [];
    const path = csv(text, name);
    const dataset = await openDataset(path, {
      threads,
      testFraction: 0,
      onProgress: (_, { done }) => progress.push(done),
    });
    const encoders = dataset.preprocessing.encoders as readonly { readonly center: number; readonly spread: number }[];
    expect(dataset.X).toEqual(expected.map((x, at) => (x - encoders[at % 100].center) / encoders[at % 100].spread));
    expect([...dataset.labels]).toEqual(LINES.map((_, r) => r % 7));
    expect(progress.length).toBeGreaterThan(3);
  });

  it.each(
    everyNth(2, [
      ["train.csv", 3],
      ["train.csv", 1],
      ["train.csv.gz", 2],
    ] as const),
  )("with two faults tells of the first, as %s with %i threads", async (name, threads) => {
    const bad = [...LINES];
    bad[3_000] = "1,2,3";
    bad[13_000] = bad[13_000].replace(/,\d+$/, ",oops");
    const path = csv(`${HEADER}\n\n${bad.join("\r\n")}`, name);
    await expect(openDataset(path, { threads })).rejects.toThrow(
      /train\.csv(\.gz)?:3003: expected 101 columns.*, found 3;/,
    );
  });

  it.each([1, 2])(
    "with a number that is no byte only at its end is read as numbers, with %i threads",
    async (threads) => {
      const bytes = LINES.map((row) =>
        row
          .split(",")
          .map((x) => String(Number(x) % 256))
          .join(","),
      );
      bytes[15_999] = bytes[15_999].replace(/,\d+$/, ",0.5");
      const path = csv(`${HEADER}\n${bytes.join("\n")}`);
      const dataset = await openDataset(path, { threads, testFraction: 0 });
      expect(dataset.X).toBeInstanceOf(Float32Array);
      expect(dataset.train).toHaveLength(16_000);
    },
  );

  it.each([1, 3])(
    "with line breaks inside quotes keeps its rows and line numbers, asked for %i threads",
    async (threads) => {
      const words = LINES.map((row, r) => row.replace(/^\d+/, r % 2 ? '"odd\nrow"' : '"even ""row"""'));
      const path = csv(`${HEADER}\n${words.join("\n")}\n`);
      const dataset = await openDataset(path, { threads, testFraction: 0 });
      expect(dataset.classes).toEqual(['even "row"', "odd\nrow"]);
      expect(dataset.train).toHaveLength(16_000);
      words[10_001] = words[10_001].replace(/,\d+$/, ",oops");
      const faulty = csv(`${HEADER}\n${words.join("\n")}\n`);
      // The fault is in row 10,002 of the data. A line for the header, 10,001 rows, and an additional line for every
      // other row precede it.
      await expect(openDataset(faulty, { threads })).rejects.toThrow(/:15003:101: expected a number, found "oops"/);
    },
  );

  it("read only in part tells nothing of faults beyond", async () => {
    const path = csv(`${HEADER}\n${LINES.join("\n")}\n1,2,3\n`);
    const dataset = await openDataset(path, { threads: 2, examples: 15_000, testFraction: 0 });
    expect(dataset.train).toHaveLength(15_000);
  });
});
