import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openTable, readTable, type Table } from "@scratch-nn/data";
import { beforeAll, describe, expect, it } from "vitest";
import { cellsOf, linesOf } from "../support/cells.ts";
import { sha256 } from "../support/digest.ts";
import { HEADER, LINES, NUMBERS, ROWS } from "../support/large-table.ts";
import { writeTable } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { everyNth } from "../support/thorough.ts";

/** A hash of all cells of a table and their lines, for a fast comparison. */
function digestOf(table: Table): string {
  return sha256(Buffer.from(JSON.stringify([cellsOf(table), linesOf(table)])));
}

describe("a large table", () => {
  let plain: string;
  beforeAll(() => {
    plain = sha256(Buffer.from(JSON.stringify([NUMBERS, NUMBERS.map((_, r) => r + 2)])));
  });

  it.each([
    ["train.csv", "\n", 1],
    ["train.csv", "\r\n", 3],
    ["train.csv", "\r", 2],
    ["train.csv.gz", "\n", 2],
  ])("is the same, as %s with line ends %j on %i threads", async (name, lineEnd, threads) => {
    const path = writeTable([HEADER, ...LINES].join(lineEnd), name);
    const table = await readTable(path, { threads });
    expect(table.blocks.length).toBeGreaterThan(3);
    expect(digestOf(table)).toBe(plain);
  });

  it.each([1, 3])("is the same with a quoted cell with a line break in every row, on %i threads", async (threads) => {
    const lines = LINES.map((line, r) => line.replace(/^\d+/, r % 2 ? '"odd\nrow"' : '"even ""row"""'));
    const table = await readTable(writeTable(`${HEADER}\n${lines.join("\n")}\n`), { threads });
    const cells = NUMBERS.map(([, ...rest], r) => [r % 2 ? "odd\nrow" : 'even "row"', ...rest]);
    const starts = NUMBERS.map((_, r) => 2 + r + Math.floor(r / 2));
    expect(sha256(Buffer.from(JSON.stringify([cells, starts])))).toBe(digestOf(table));
  });

  it.each(
    everyNth(2, [
      ["train.csv", 1],
      ["train.csv", 3],
      ["train.csv.gz", 2],
    ] as const),
  )("with two faults tells of the first, as %s on %i threads", async (name, threads) => {
    const lines = [...LINES];
    lines[3000] = "1,2,3";
    lines[13_000] = `"${lines[13_000]}`;
    await expect(readTable(writeTable(`${HEADER}\n\n${lines.join("\r\n")}`, name), { threads })).rejects.toThrow(
      /train\.csv(\.gz)?:3003: expected 101 columns like the first row, found 3;/,
    );
  });

  it("read in part has as many rows as were asked for, and nothing is told of faults beyond", async () => {
    const path = writeTable(`${HEADER}\n${LINES.join("\n")}\n1,2,3\n`);
    const table = await readTable(path, { threads: 2, rows: 15_000 });
    expect(table.rows).toBe(15_000);
    expect(cellsOf(table).at(-1)).toEqual(NUMBERS[14_999]);
  });

  it("where numbers are written in two ways far from each other is refused, on any number of threads", async () => {
    const lines = LINES.map((line) => line.replaceAll(",", ";"));
    lines[100] = lines[100].replace(/\d+$/, "1,5");
    lines[15_000] = lines[15_000].replace(/\d+$/, "2.5");
    const path = writeTable(`${HEADER.replaceAll(",", ";")}\n${lines.join("\n")}\n`);
    for (const threads of [1, 2]) {
      await expect(readTable(path, { threads })).rejects.toThrow(
        /:15002:101: .*found "2\.5" below "1,5" \(column "x99"\)/,
      );
    }
  });

  it("keeps what comes again of its header and its comments apart from its rows", async () => {
    const lines = LINES.flatMap((line, r) => (r % 4000 === 3999 ? [line, HEADER, '# no "row'] : [line]));
    const table = await readTable(writeTable(`${HEADER}\n${lines.join("\n")}\n`), { threads: 2 });
    expect(table.rows).toBe(ROWS);
    expect(table.remarks).toEqual(["4 lines beginning with # skipped", "4 rows that repeated the header skipped"]);
  });
});

describe("the threads that parse have memory enough for", () => {
  // All are larger than 4 MB, from which on the reader uses threads.
  it.each([
    ["many short rows", "1\n".repeat(2_200_000)],
    ["many short quoted rows", '"1"\n'.repeat(1_100_000)],
    ["words that are all different", Array.from({ length: 420_000 }, (_, r) => `word ${r}\n`).join("")],
    ["a cell of 5 MB, quoted", `"a""b${"c\n".repeat(2_500_000)}"\n`],
    ["a cell of 20 MB", `${"abcd".repeat(5_000_000)}\n`],
    ["a row of a million empty cells", `${",".repeat(1_000_000)}\n`.repeat(3)],
  ])("%s", async (_, text) => {
    const columns = text.startsWith(",") ? 1_000_000 : 1;
    const path = join(temporaryFolder(), "train.csv");
    writeFileSync(path, text);
    const options = { threads: 2, delimiter: ",", header: false } as const;
    const { rows, layout } = await readTable(path, options);
    expect(layout.names).toHaveLength(columns);
    let expected = 0;
    const table = await openTable(path, options);
    for await (const block of table.blocks()) expected += block.rows;
    expect(rows).toBe(expected);
  });
});
