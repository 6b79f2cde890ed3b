import { describe, expect, it } from "vitest";
import { cellsOfText, readTableText, refusalOf } from "../support/cells.ts";

const ROWS = [
  ["len", "wid", "kind"],
  ["8.9", "0.9", "big"],
  ["5.0", "3.3", "small"],
];

describe("a table whose rows are one cell", () => {
  it.each([
    ["a colon", ":", '":"'],
    ["two colons", "::", '":"'],
    ["a control character", "\x01", '"\\u0001"'],
    ["a wide comma", "，", '"，"'],
    ["a circumflex", "^", '"^"'],
  ])("is refused where %s parts the cells of all rows", async (_, sign, shown) => {
    const lines = ROWS.map((row) => row.join(sign));
    for (const text of [lines.join("\n"), lines.slice(1).join("\n")]) {
      const message = await refusalOf(text);
      expect(message).toContain("train.csv:1: expected cells parted by commas, semicolons, tabs, bars or blanks");
      expect(message).toContain(`found ${shown} in all rows`);
      expect(message).toContain("replace it by a comma");
    }
  });

  it.each([",", ";", "\t", "|"])("is refused where quotes are around whole lines with %j", async (sign) => {
    const message = await refusalOf(ROWS.map((row) => `"${row.join(sign)}"`).join("\n"));
    expect(message).toMatch(
      /train\.csv:1: expected quotes around cells, found quotes around whole lines, such as "len/,
    );
    expect(message).toContain("delete the quotes at the start and the end of each line");
  });

  it.each([
    ["names in quotes", 'name\n"Smith, John"\n"Doe, Jane"\n', "Smith, John"],
    ["names in quotes without a header", '"Smith, John"\n"Doe, Jane"\n"Roe, Ann"\n', "Roe, Ann"],
    ["times without a header", "10:30:01\n11:30:02\n", "11:30:02"],
    ["text with colons in some rows", "a:b\nc:d\ne\n", "c:d"],
  ])("is read where they are %s", async (_, text, first) => {
    expect((await cellsOfText(text)).flat()).toContain(first);
  });

  it("is read where the delimiter is asked for", async () => {
    expect(await cellsOfText("a:b\nc:d\ne:f\n", { delimiter: ",", header: true })).toEqual([["c:d"], ["e:f"]]);
  });
});

describe("a line of dashes below the header is left out, with a remark", () => {
  it.each([
    ["in Markdown", "| len | kind |\n|---|:-:|\n| 8.9 | big |\n| 5 | small |\n", 3],
    ["in Markdown without a row of numbers", "| len | kind |\n|-|-|\n| x | big |\n| y | small |\n", 3],
    ["from SQL, with commas", "len,kind\n---,----\n8.9,big\n5,small\n", 3],
    ["from SQL, with blanks", "len kind\n--- -----\n8.9 big\n5.0 small\n", 3],
  ])("%s", async (_, text, line) => {
    const table = await readTableText(text);
    expect(table.rows).toBe(2);
    expect(table.blocks[0].lines[0]).toBe(line);
    expect(table.layout.names).toEqual(expect.arrayContaining(["len", "kind"]));
    expect(table.remarks).toContain("line 2, of dashes below the header, is left out");
  });

  it("but single dashes are missing cells, and with --header no nothing is left out", async () => {
    expect((await readTableText("a,b\n-,-\n1,2\n3,4\n")).rows).toBe(3);
    expect((await readTableText("a,b\n--,--\n1,2\n", { header: false })).rows).toBe(3);
  });

  it("and a header and dashes alone are refused", async () => {
    expect(await refusalOf("| len | kind |\n|---|---|\n")).toMatch(/expected rows of data below the header/);
  });
});

describe("the remark on a delimiter at the end of rows", () => {
  it.each([
    ["every row ends", "x,label\n1,a,\n2,b,\n"],
    ["every row ends", "x,label,\n1,a,\n2,b,\n"],
    ["some rows end", "x,label\n1,a\n2,b,\n3,a\n"],
    ["some rows end", "1,2.5,\n2,3.5,\n3,4.5\n4,5.5,\n"],
  ])("says: %s", async (said, text) => {
    const { remarks } = await readTableText(text);
    expect(remarks.filter((remark) => remark.includes("with a delimiter"))).toEqual([
      `${said} with a delimiter: the empty column behind it is left out`,
    ]);
  });
});
