import { describe, expect, it } from "vitest";
import { cellsOfText, readTableText, refusalOf } from "../support/cells.ts";

describe("a comma before three digits is refused", () => {
  it.each([
    ["beside whole numbers", "price;wid;kind\n3,092;14;big\n992;3;small\n", "3,092", 2],
    ["beside whole numbers, far below", `price;kind\n${"992;small\n".repeat(9)}3,092;big\n`, "3,092", 11],
    ["in the last column", "wid;price\n12;3,092\n7;640\n", "3,092", 2],
    ["in quotes", 'wid;price\n12;"3,092"\n7;"640"\n', "3,092", 2],
    ["between bars", "price|wid\n-3,092|14\n992|3\n", "-3,092", 2],
    ["beside a column with decimal points", "price;wid\n8,900;0.9\n5,000;3.3\n", "8,900", 2],
  ])("%s", async (_, text, found, line) => {
    const message = await refusalOf(text);
    expect(message).toContain(`train.csv:${line}:`);
    expect(message).toContain(`expected a number that can be read in one way only, found "${found}"`);
    expect(message).toContain('(column "price"); write the column\'s numbers in one way');
  });

  it("but not where another number of the column tells, or none speaks against a decimal comma", async () => {
    expect(await cellsOfText("a;b\n3,092;1\n992;2\n0,5;3\n")).toEqual([
      [3.092, 1],
      [992, 2],
      [0.5, 3],
    ]);
    expect(await cellsOfText("a;b\n3,092;1,5\n4,100;2\n")).toEqual([
      [3.092, 1.5],
      [4.1, 2],
    ]);
  });
});

describe("a point before three digits", () => {
  const REMARK =
    'column "price": the point of "3.092" (line 2), beside numbers without a point, is taken for a decimal point; ' +
    "write 3092 if it parts thousands";

  it.each([
    [",", "price,kind\n3.092,big\n992,small\n"],
    [";", "price;kind\n3.092;big\n992;small\n"],
    [", in quotes", 'price,kind\n"3.092","big"\n"992","small"\n'],
    [", far behind whole numbers", `price,kind\n3.092,big\n${"992,small\n".repeat(200_000)}`],
  ])("is a decimal point, with a remark beside whole numbers: %s", async (_, text) => {
    const { remarks } = await readTableText(text);
    expect(remarks).toContain(REMARK);
  });

  it("gets one remark for all columns", async () => {
    const { remarks } = await readTableText("price,cost,x\n3.092,4.092,1\n992,993,2\n");
    expect(remarks).toEqual([REMARK.replace('"price"', '"price" and 1 other column')]);
  });

  it.each([
    ["all numbers have three decimals", "price,x\n3.092,1\n4.100,2\n"],
    ["another number has fewer decimals", "price,x\n3.092,1\n992,2\n4.1,2\n"],
    ["another number is below 1", "price,x\n992,1\n0.992,2\n"],
    ["such a number is in a later block", `price,x\n3.092,1\n${"992,1\n".repeat(200_000)}1.5,1\n`],
    ["all are whole", "price,x\n3092,1\n992,2\n"],
    ["the whole numbers are in another column", "x,price\n1,3.092\n2,4.092\n"],
  ])("gets no remark where %s", async (_, text) => {
    expect((await readTableText(text)).remarks).toEqual([]);
  });
});
