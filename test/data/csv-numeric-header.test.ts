import { describe, expect, it } from "vitest";
import { readTableText } from "../support/cells.ts";

const BELOW = "-1.95,1.31,0\n2.63,0.25,1\n-1.68,0.65,0\n2.5,3.5,1\n";
const REMARK = "is taken for data, though it may name the columns; --header yes takes it for a header";

describe("a first row of numbers alone that may count the columns gets a remark:", () => {
  it.each([
    ["downwards", "2,1,0"],
    ["years", "2019,2020,2021"],
    ["decades", "1990,2000,2010"],
    ["with decimal points", "0.0,1.0,2.0"],
  ])("%s", async (_, first) => {
    const table = await readTableText(`${first}\n${BELOW}`);
    expect(table.layout.hasHeader).toBe(false);
    expect(table.rows).toBe(5);
    expect(table.remarks).toEqual([`the first row (${first}) ${REMARK}`]);
    const named = await readTableText(`${first}\n${BELOW}`, { header: true });
    expect(named.layout.names).toEqual(first.split(","));
    expect(named.remarks).toEqual([]);
  });

  it.each([
    ["another row counts, too", `2,1,0\n${BELOW}7,5,3\n`],
    ["its numbers are equal", `1,1,1\n${BELOW}`],
    ["its steps differ", `1,2,4\n${BELOW}`],
    ["it has fractions", `0.5,1.5,2.5\n${BELOW}`],
    ["it has two numbers", "2,1\n-1.95,1\n2.63,0\n2.5,1\n"],
    ["there are two rows below", "2,1,0\n-1.95,1.31,0\n2.63,0.25,1\n"],
  ])("but none where %s", async (_, text) => {
    const { layout, remarks } = await readTableText(text);
    expect(layout.hasHeader).toBe(false);
    expect(remarks).toEqual([]);
  });
});
