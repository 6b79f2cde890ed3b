/** Tests tables whose blocks need much memory in a parsing thread: the result equals that of the main thread. */
import { InputError } from "@scratch-nn/core";
import { type CellBlock, openTable, type ParsedBlock, parseBlock, parseBlocks } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { sha256 } from "../support/digest.ts";
import { writeTable } from "../support/tables.ts";
import { everyNth } from "../support/thorough.ts";

/** The reader uses threads from 4 MB on. */
const BYTES = 5 << 20;

const names = (columns: number): string => Array.from({ length: columns }, (_, k) => `c${k}`).join(",");
const repeat = (rows: string): string => rows.repeat(Math.ceil(BYTES / rows.length));
const cells = (columns: number, cell: (k: number) => string): string =>
  `${Array.from({ length: columns }, (_, k) => cell(k)).join(",")}\n`;

const TABLES: readonly (readonly [what: string, text: () => string])[] = [
  ["one column of digits", () => `x\n${repeat("1\n2\n")}`],
  ["one column of letters", () => `x\n${repeat("a\nb\n")}`],
  ["one column of letters, one of them quoted", () => `x\n${repeat("a\nb\n")}"a"\n`],
  ["one column of nothing, in quotes", () => `x\n${repeat('""\n')}`],
  ["one column of words that all differ", () => `x\n${Array.from({ length: 900_000 }, (_, k) => `w${k}\n`).join("")}`],
  ["a thousand empty cells a row", () => `${names(1000)}\n${repeat(cells(1000, () => ""))}`],
  [
    "a thousand cells a row, the first one in quotes",
    () => `${names(1000)}\n${repeat(cells(1000, (k) => (k ? "" : '"1"')))}`,
  ],
  ["100,000 columns of digits", () => `${names(100_000)}\n${repeat(cells(100_000, () => "1"))}`],
  ["100,000 columns of nothing", () => `${names(100_000)}\n${repeat(cells(100_000, () => ""))}`],
  ["100,000 columns of words that all differ", () => `${names(100_000)}\n${repeat(cells(100_000, (k) => `w${k}`))}`],
  ["300,000 columns of words", () => `${names(300_000)}\n${repeat(cells(300_000, () => "a"))}`],
  ["a long row, then many short ones", () => `x,y\n1,2\n3,4\n${"a".repeat(8 << 20)},1\n${repeat('"",\n')}`],
  ["a quoted cell of 7 MB", () => `x,y\n1,2\n"${"a\n".repeat(7 << 19)}",3\n4,5\n`],
  ["blank lines and comments", () => `x,y\n1,2\n${repeat("\n\n#\n")}3,4\n`],
  ["a short row behind many short ones", () => `x,y\n${repeat(",\n")}1\n${repeat(",\n")}`],
  ["a quote that never closes", () => `x,y\n${repeat('"",\n')}1,"2\n${repeat(",\n")}`],
];

/** The content of all blocks, or the fault that they end with. */
async function contentOf(parsed: AsyncIterable<ParsedBlock>): Promise<unknown[]> {
  const content: unknown[] = [];
  for await (const each of parsed) {
    if ("fault" in each) {
      content.push(each.fault);
      break;
    }
    content.push([digestOf(each.block), each.notes]);
  }
  return content;
}

function digestOf({ rows, columns, lines, bytes, wide, cells, words }: CellBlock): string {
  const parts = [lines, bytes, cells].map((part) =>
    sha256(new Uint8Array(part.buffer, part.byteOffset, part.byteLength)),
  );
  return JSON.stringify([rows, columns, ...parts, sha256(Buffer.from(JSON.stringify([wide, words])))]);
}

async function onMain(path: string): Promise<unknown[]> {
  const table = await openTable(path, { header: true });
  async function* parsed(): AsyncGenerator<ParsedBlock> {
    for await (const text of table.blocks()) yield await parseBlock(text, table.layout);
  }
  return contentOf(parsed()).finally(() => table.close());
}

async function onThreads(path: string, threads: number): Promise<unknown[]> {
  const table = await openTable(path, { header: true });
  return contentOf(parseBlocks(table, threads)).finally(() => table.close());
}

describe("main and three threads give the same, of", () => {
  it.each(everyNth(3, TABLES))("%s", async (_, text) => {
    const path = writeTable(text());
    const expected = await onMain(path);
    expect(expected.length).toBeGreaterThan(1);
    expect(await onThreads(path, 3)).toEqual(expected);
  });
});

describe("a block that is too much for a thread", () => {
  // An object for each of 14 million rows would take more than half a gigabyte.
  it("is not made of a long row and all the short ones that fit behind it", async () => {
    const path = writeTable(`x\n1\n2\n${"a".repeat(33 << 20)}\n"1"\n${"1\n".repeat(14 << 20)}`);
    const table = await openTable(path, { header: true });
    let rows = 0;
    for await (const parsed of parseBlocks(table, 2)) {
      if ("fault" in parsed)
        throw new InputError({ where: path, expected: "rows", found: parsed.fault.found, remedy: "" });
      rows += parsed.block.rows;
    }
    await table.close();
    expect(rows).toBe(4 + (14 << 20));
  });
});
