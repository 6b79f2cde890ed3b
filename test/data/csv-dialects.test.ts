import { describe, expect, it } from "vitest";
import { cellsOf, cellsOfText, linesOf, readTableText, refusalOf } from "../support/cells.ts";

describe("the delimiter", () => {
  it.each([
    ["semicolons", "a;b;label\n1.5;2;0\n2.5;3;1\n"],
    ["tabs", "a\tb\tlabel\n1.5\t2\t0\n2.5\t3\t1\n"],
    ["bars", "a|b|label\n1.5|2|0\n2.5|3|1\n"],
    ["blanks", "a b label\n1.5 2 0\n2.5 3 1\n"],
    ["runs of blanks, some before the first and behind the last", "  a   b label\n 1.5\t 2  0 \n2.5   3 1\n"],
  ])("is found: %s", async (_, text) => {
    const table = await readTableText(text);
    expect(table.layout.names).toEqual(["a", "b", "label"]);
    expect(cellsOf(table)).toEqual([
      [1.5, 2, 0],
      [2.5, 3, 1],
    ]);
    expect(table.remarks.join()).toMatch(/^cells are parted by (semicolons|tabs|bars|blanks)$/);
  });

  it("is no other sign that happens to be in every row", async () => {
    expect(await cellsOfText("film,genres,stars\nA,Action;Comedy,3\nB,Drama;War,4\n")).toEqual([
      ["A", "Action;Comedy", 3],
      ["B", "Drama;War", 4],
    ]);
    expect(await cellsOfText("when,x\n2020-01-01 10:00,5\n2020-01-02 11:00,6\n")).toEqual([
      ["2020-01-01 10:00", 5],
      ["2020-01-02 11:00", 6],
    ]);
    expect(await cellsOfText('label, x\n "b", "-2.5"\n "a", "2.5"\n')).toEqual([
      ["b", -2.5],
      ["a", 2.5],
    ]);
    expect(await cellsOfText("a\tb\n1,5\t2,5\n3,5\t4,5\n")).toEqual([
      [1.5, 2.5],
      [3.5, 4.5],
    ]);
  });

  it.each([
    ["1197 CC", "engine,fuel,owner", "1197 CC,petrol,first"],
    ["1|2", "range,mood,label", "1|2,a,x"],
    ["Action;Comedy", "genres,mood,label", "Action;Comedy,a,x"],
    ["+47 12345678", "phone,b,label", "+47 12345678,0.3,x"],
    ["0 cm", "size,n,label", "0 cm,0,x"],
    ["5,99 EUR", "p;b;label", "5,99 EUR;0;x"],
    ["1 100", "tag\tb\tlabel", "1 100\t0\tx\nnone\t0\tx"],
  ])("is none inside cells that have one each: %s", async (cell, header, row) => {
    const table = await readTableText(`${header}\n${`${row}\n`.repeat(40)}`);
    expect(table.layout.names).toEqual(header.split(/[,;\t]/));
    expect(cellsOf(table)[0][0]).toBe(cell);
    const headless = await readTableText(`${row}\n`.repeat(40), { header: false });
    expect(cellsOf(headless)[0][0]).toBe(cell);
  });

  it.each(["1 100;0;x", "1.100,50;0;x"])("leaves numbers with thousands separators to be refused: %s", async (row) => {
    expect(await refusalOf(`p;b;label\n${`${row}\n`.repeat(40)}`)).toMatch(
      /train\.csv:2:1: expected a number without thousands separators.* \(column "p"\)/,
    );
  });

  it("that is asked for is refused where another one parts all rows, and that one none", async () => {
    expect(await refusalOf("a;b\n1;2\n3;4\n", { delimiter: "," })).toMatch(
      /^--delimiter: expected what parts the cells of .*semicolons by its first rows, found commas/,
    );
    expect(await cellsOfText("a\nb c\nd e\n", { delimiter: ",", header: false })).toHaveLength(3);
  });

  it.each([
    ["sep=;\n", ";"],
    ["SEP=,\r\n", ","],
    ['"sep=\t"\n', "\t"],
    ["\ufeffsep=|\r", "|"],
  ])("is named by Excel's first line %j", async (line, delimiter) => {
    const rows = "city,colour,label\noslo,red,x\nrome,blue,y\noslo,blue,x\n".replaceAll(",", delimiter);
    const table = await readTableText(line + rows);
    expect(table.layout.names).toEqual(["city", "colour", "label"]);
    expect(linesOf(table)).toEqual([3, 4, 5]);
    expect(table.remarks.join()).toMatch(/the first line \(sep=\S+\) names the delimiter, and is skipped/);
  });

  it("is the one that is asked for, whatever Excel's first line says", async () => {
    const table = await readTableText("sep=;\na,b\n1;2,3\n", { delimiter: "," });
    expect(cellsOf(table)).toEqual([["1;2", 3]]);
    expect(table.remarks.join()).toMatch(/sep=;\) is skipped: --delimiter says otherwise/);
  });

  it("is blanks between decimal commas", async () => {
    expect((await cellsOfText("5,1 3,5 setosa\n4,9 3,1 virginica\n"))[0]).toEqual([5.1, 3.5, "setosa"]);
  });

  it("does not part a column without a neighbour", async () => {
    expect(await cellsOfText("engine\n1197 CC\n998 CC\n")).toEqual([["1197 CC"], ["998 CC"]]);
  });

  it("is the run of blanks, where a tab stands before the last cell alone", async () => {
    expect((await cellsOfText('18.0   8   307.0\t"ford torino"\n15.0   6   98.0\t"amc rebel"\n'))[0]).toEqual([
      18,
      8,
      307,
      "ford torino",
    ]);
  });

  it("does not count inside quotes", async () => {
    expect(await cellsOfText('name;x\n"a;b, c";1\n"d, e";2\n')).toEqual([
      ["a;b, c", 1],
      ["d, e", 2],
    ]);
    expect(await cellsOfText('"x y" label\n"1 2" 0\n"say ""so""" 1\n')).toEqual([
      ["1 2", 0],
      ['say "so"', 1],
    ]);
  });

  it("is the one that is asked for", async () => {
    expect(await cellsOfText("a;b,c\n1;2,3\n", { delimiter: "," })).toEqual([["1;2", 3]]);
    expect(await refusalOf("a;b\n1;2;3\n", { delimiter: ";" })).toMatch(/train\.csv:2: expected 2 columns .*found 3/);
  });
});

describe("decimal commas", () => {
  it("are read where the delimiter is another", async () => {
    expect(await cellsOfText("5,1;setosa\n4,9;virginica\n")).toEqual([
      [5.1, "setosa"],
      [4.9, "virginica"],
    ]);
    const table = await readTableText("5,1;3,5;setosa\n-4,9;,25e1;virginica\n5;3;setosa\n");
    expect(table.layout.decimalComma).toBe(true);
    expect(cellsOf(table)).toEqual([
      [5.1, 3.5, "setosa"],
      [-4.9, 2.5, "virginica"],
      [5, 3, "setosa"],
    ]);
  });

  it("are read where they come only after thousands of rows", async () => {
    const rows = Array.from({ length: 5000 }, (_, r) => `${r};a`);
    const cells = await cellsOfText(`x;y\n${rows.join("\n")}\n0,5;b\n`);
    expect(cells[5000]).toEqual([0.5, "b"]);
  });

  it.each([
    [
      "mixed with points",
      "x;y\n1,5;a\n2.5;b\n",
      /train\.csv:3:1: expected one decimal sign in a column, found "2\.5" below "1,5" \(column "x"\)/,
    ],
    [
      "mixed, quoted",
      'x;y\n2.5;a\n"1,5";b\n',
      /train\.csv:3:1: expected one decimal sign in a column, found "1,5" below "2\.5"/,
    ],
    [
      "inside quotes, where a comma parts cells",
      'x,y\n"1,5",a\n"2,5",b\n',
      /train\.csv:2:1: expected a number without thousands separators, with a decimal point, found "1,5"/,
    ],
  ])("%s are refused", async (_, text, message) => {
    expect(await refusalOf(text)).toMatch(message);
  });
});

describe("thousands separators are refused, with line and column:", () => {
  it.each([
    [
      "1.234,5",
      "a;b\n1;2\n1;1.234,5\n",
      /train\.csv:3:2: .*without thousands separators.*found "1\.234,5" \(column "b"\)/,
    ],
    ["1,234.5 in quotes", 'a,b\n1,2\n1,"1,234.5"\n', /train\.csv:3:2: .*found "1,234\.5"/],
    ["1,234 in quotes", 'a,b\n"12",2\n"1,234",2\n', /train\.csv:3:1: .*found "1,234"/],
    ["1 234 567", "a,b\n1,2\n1,1 234 567\n", /train\.csv:3:2: .*found "1 234 567"/],
    ["1'234", "a,b\n1,2\n1'234,3\n", /train\.csv:3:1: .*found "1'234"/],
    ["1.234.567", "a;b\n1;2\n1.234.567;3\n", /train\.csv:3:1: .*found "1\.234\.567"/],
    [
      "1,234 between tabs, where nothing tells",
      "a\tb\n1,234\t2\n5\t3\n",
      /train\.csv:2:1: expected a number that can be read in one way only, found "1,234"/,
    ],
    [
      "1.234 in a table with decimal commas",
      "a;b\n1.234;2,5\n5;3,5\n",
      /train\.csv:2:1: expected a number that can be read in one way only, found "1\.234" in a table/,
    ],
  ])("%s", async (_, text, message) => {
    expect(await refusalOf(text)).toMatch(message);
  });

  it("but in a column of words they are words, and three decimals are decimals where others tell", async () => {
    expect(await cellsOfText('a,phone\n1,"1 234 567"\n2,none\n')).toEqual([
      [1, "1 234 567"],
      [2, "none"],
    ]);
    expect(await cellsOfText("a\tb\n1,234\t2\n0,125\t3\n")).toEqual([
      [1.234, 2],
      [0.125, 3],
    ]);
    expect(await cellsOfText("a;b\n1,234;2\n5,678;3\n")).toEqual([
      [1.234, 2],
      [5.678, 3],
    ]);
  });

  it("and in a column that the caller takes for none of numbers nothing is said", async () => {
    expect(await cellsOfText("a,phone\n1,555 123 456\n", { exempt: ["phone"] })).toEqual([[1, "555 123 456"]]);
  });
});
