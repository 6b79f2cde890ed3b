import { openTable, parseBlock, readTable } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { cellsOf, linesOf } from "../support/cells.ts";
import { HEADER, LINES, NUMBERS, ROWS } from "../support/large-table.ts";
import { writeTable } from "../support/tables.ts";

// csv-large.long.test.ts tests other line ends, quotes and other numbers of threads.
describe("a table of several blocks", () => {
  it.each([1, 2])("has its cells and lines in their places, on %i threads", async (threads) => {
    const table = await readTable(writeTable(`${HEADER}\n${LINES.join("\n")}\n`), { threads });
    expect(table.blocks.length).toBeGreaterThan(3);
    const [cells, lines] = [cellsOf(table), linesOf(table)];
    expect(cells).toHaveLength(ROWS);
    // Comparing a million cells one by one takes longer than reading them.
    for (const [r, row] of cells.entries()) if (row.join() !== LINES[r]) expect([r, row]).toEqual([r, NUMBERS[r]]);
    expect(lines.findIndex((line, r) => line !== r + 2)).toBe(-1);
  });

  it("with two faults tells of the first, on 2 threads", async () => {
    const lines = [...LINES];
    lines[3000] = "1,2,3";
    lines[13_000] = `"${lines[13_000]}`;
    await expect(readTable(writeTable(`${HEADER}\n\n${lines.join("\n")}`), { threads: 2 })).rejects.toThrow(
      /train\.csv:3003: expected 101 columns like the first row, found 3;/,
    );
  });
});

describe("blocks of a table", () => {
  it("can be parsed one by one, with a bounded number of them in memory", async () => {
    const table = await openTable(writeTable(`${HEADER}\n${LINES.join("\n")}\n`));
    const sizes: number[] = [];
    let rows = 0;
    for await (const text of table.blocks()) {
      const parsed = await parseBlock(text, table.layout);
      if ("fault" in parsed) throw new Error(parsed.fault.found);
      expect(parsed.block.rows).toBe(text.rows);
      expect(parsed.block.lines[0]).toBe(rows + 2);
      sizes.push(text.bytes.length);
      rows += parsed.block.rows;
    }
    await table.close();
    expect(rows).toBe(ROWS);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1 << 20);
  });

  it("that lack a row are refused", async () => {
    const table = await openTable(writeTable("a,b\n1,2\n3,4\n"));
    for await (const text of table.blocks()) {
      const parsed = await parseBlock({ ...text, rows: text.rows + 1 }, table.layout);
      expect(parsed).toMatchObject({
        fault: { line: 2, expected: expect.stringMatching(/^3 rows in the 8 bytes/), found: "2" },
      });
    }
  });

  it("are of a megabyte, and a row: none has as many short rows as a long one has bytes", async () => {
    const long = `${"x".repeat(5 << 20)},1\n`;
    const table = await openTable(writeTable(`a,b\n1,2\n3,4\n${long}${"5,6\n".repeat(1 << 20)}`));
    const sizes: number[] = [];
    for await (const { bytes } of table.blocks()) sizes.push(bytes.length);
    await table.close();
    expect(Math.max(...sizes)).toBeLessThan(long.length + (1 << 20));
    expect(sizes.filter((size) => size > 1 << 20)).toHaveLength(1);
  });

  it("tell where a quote opens that never closes, far behind the first of them", async () => {
    const rows = `${"1,2,3\n".repeat(500_000)}4,"x",${" ".repeat(100)}"5\n${"1,2,3\n".repeat(300_000)}`;
    const attempt = readTable(writeTable(`a,b,c\n${rows}`));
    await expect(attempt).rejects.toThrow(
      /train\.csv:500002:3: expected a closing quote, .*found none.* \(column "c"\);/,
    );
  });
});
