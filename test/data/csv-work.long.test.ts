/**
 * Tests that the work grows linearly with the text. If it grew quadratically, most of these tests would take hours; the
 * others count the bytes that are searched again.
 */
import { openTable } from "@scratch-nn/data";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { cellsOfText, readTableText, refusalOf } from "../support/cells.ts";
import { readText, writeTable } from "../support/tables.ts";

const MANY = 1_000_000;

describe("the work that a text makes grows as the text does, for", () => {
  it.each(['"', " 1", "1-1", "%", "(", "\u00e9"])("digits that end in %j", async (end) => {
    const cell = `${"1".repeat(MANY)}${end}`;
    const [, , [, word]] = await cellsOfText(`x;y\n1;2\n3;4\n5;${cell}\n`, { header: true });
    expect(word).toBe(cell);
  });

  it("zeros in front of a number", async () => {
    const zeros = "0".repeat(MANY);
    const cells = await cellsOfText(
      `x;y;z\n1;2;3\n${zeros}1.5;-${zeros}7;${zeros}1,5\n${zeros}; ${zeros}. ;${zeros}1x-\n`,
    );
    expect(cells.slice(1)).toEqual([
      [1.5, -7, 1.5],
      [0, 0, `${zeros}1x-`],
    ]);
  });

  it.each([
    ["1", "y"],
    ["$1", "k"],
    ["(1", ")"],
    ["(", "1)x"],
    ["1 ", "%x"],
  ])("blanks between %j and %j, which may be a quantity", async (begin, end) => {
    const cell = `${begin}${" ".repeat(MANY)}${end}`;
    await expect(readText(`label,x\n${`a,${cell}\nb,2 y\n`.repeat(10)}`)).resolves.toHaveProperty("classes", [
      "a",
      "b",
    ]);
  });

  it("percent signs, which begin comments of ARFF", async () => {
    expect(await cellsOfText(`x,y\n1,2\n${"% ".repeat(1000)},3\n`)).toHaveLength(2);
    expect(await refusalOf(`${"% ".repeat(1000)}\n1\n`)).toMatch(/train\.csv/);
    expect(await refusalOf(`${"% a comment\n \n".repeat(100)}@RELATION iris\n`)).toMatch(/found an ARFF file;/);
  });

  it("columns of one name, and names that are theirs with a number", async () => {
    const columns = 100_000;
    const named = Array.from({ length: columns }, (_, k) => `x.${k + 1}`).join(",");
    const { layout } = await readTableText(`${named}${",x".repeat(columns)}\n${"1,".repeat(2 * columns - 1)}1\n`);
    expect(layout.names.slice(columns, columns + 3)).toEqual(["x", `x.${columns + 1}`, `x.${columns + 2}`]);
    expect(new Set(layout.names).size).toBe(2 * columns);
  });

  it("quotes that open where no cell ends, and one at the end that never closes", async () => {
    for (const unit of ['"",', '"a"\n', '"\n', '" ', '"\t', '"""', '"#', '1"']) {
      const message = await refusalOf(`x,y\n1,2\n${unit.repeat(100_000)}"1`).catch(String);
      expect(message).toMatch(/train\.csv:\d+|rows were read/);
    }
  });

  it.each(["#", "", '"'])("a line that begins with %j and comes in portions", async (begin) => {
    const size = 16 << 20;
    const path = writeTable(`x\n1\n2\n${begin}${"x".repeat(size)}${begin.replace("#", "")}\n3\n`);
    const looked = countLookedAt();
    const table = await openTable(path, { delimiter: "," });
    let rows = 0;
    for await (const block of table.blocks()) rows += block.rows;
    await table.close();
    expect(rows).toBe(4);
    expect(looked()).toBeLessThan(10 * size);
  });
});

describe("quantities are told as before where they are written with blanks:", () => {
  it.each(["12 %", "1 000 \u20ac", "$ 1,5 k", "1.5 k\u20ac", "( 12 )", "3M USD"])("%s", async (quantity) => {
    await expect(
      readText(`label,x,z\n${`a,${quantity},1\nb,${quantity.replace("1", "2")},2\n`.replaceAll(",5", ".5").repeat(9)}`),
    ).rejects.toThrow(/expected a number, a date or a category, found .*which looks like/);
  });
});

/** Counts the bytes that indexOf and includes scan. */
function countLookedAt(): () => number {
  let bytes = 0;
  for (const name of ["indexOf", "includes"] as const) {
    const original = Uint8Array.prototype[name] as (value: number, from?: number) => number | boolean;
    const spy = vi.spyOn(Uint8Array.prototype, name).mockImplementation(function (this: Uint8Array, value, from = 0) {
      const found = original.call(this, value, from);
      bytes += (typeof found === "number" && found >= 0 ? found : this.length) - from;
      return found as never;
    });
    onTestFinished(() => spy.mockRestore());
  }
  return () => bytes;
}
