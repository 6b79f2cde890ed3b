import { describe, expect, it } from "vitest";
import { cellsOf, cellsOfText, linesOf, readTableText, refusalOf } from "../support/cells.ts";

describe("the rows of a table", () => {
  it("end with LF, CRLF or a lone CR, mixed too", async () => {
    const table = await readTableText("label,x,y\n0,1.5,2\r1,2.5,3\r\n0,1.4,2\r1,2.6,3\n2,9.5,9");
    expect(cellsOf(table)).toEqual([
      [0, 1.5, 2],
      [1, 2.5, 3],
      [0, 1.4, 2],
      [1, 2.6, 3],
      [2, 9.5, 9],
    ]);
    expect(linesOf(table)).toEqual([2, 3, 4, 5, 6]);
  });

  it("leave out blank lines, also those that CR CR LF makes", async () => {
    expect(await cellsOfText("label,x\r\r\n0,1\r\r\n\r\r\n  \r\n1,2\r\r\n")).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it("may hold quotes inside cells: a quote counts only where a cell begins", async () => {
    expect(await cellsOfText('kind,x\n5" pipe,7.5\nbolt,1\n7",2\na"b"c,3\n')).toEqual([
      ['5" pipe', 7.5],
      ["bolt", 1],
      ['7"', 2],
      ['a"b"c', 3],
    ]);
  });

  it("may have quoted cells, blanks around the quotes, line ends, delimiters and quotes within", async () => {
    const table = await readTableText('a,b\n "x,y" ,1\n"line\nbreak",2\n"CR\rand\r\nCRLF",3\n"say ""so""",4\n"",5\n');
    expect(cellsOf(table)).toEqual([
      ["x,y", 1],
      ["line\nbreak", 2],
      ["CR\rand\r\nCRLF", 3],
      ['say "so"', 4],
      [undefined, 5],
    ]);
    expect(linesOf(table)).toEqual([2, 3, 5, 8, 9]);
  });

  it("of a file of one column are its lines", async () => {
    const table = await readTableText("x\n1\n2\nthree\n");
    expect(cellsOf(table)).toEqual([[1], [2], ["three"]]);
  });

  it("are whole where the last line has no end", async () => {
    expect(await cellsOfText("a,b\n1,2\n3,")).toEqual([
      [1, 2],
      [3, undefined],
    ]);
    expect(await cellsOfText('a,b\n1,"x"')).toEqual([[1, "x"]]);
  });

  it("are as many as were asked for, and faults beyond are not told of", async () => {
    const text = "label,x\n0,1\n1,2\n0,3\n1,4\nno row\n";
    expect(await cellsOfText(text, { rows: 3 })).toEqual([
      [0, 1],
      [1, 2],
      [0, 3],
    ]);
    expect(await cellsOfText('x,y\r1,2\r"3",4\r"never', { rows: 2 })).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});

describe("the cells of a table", () => {
  it("are numbers, words, or nothing", async () => {
    const rows = [
      "1,-2.5,+3",
      "1e3,.5,5.",
      " 7 ,NA,?",
      "0x10,1e400,Infinity",
      "1_000,nan,-",
      "-0,00012,1E-2",
      ",null,x y ",
    ];
    expect(await cellsOfText(`a,b,c\n${rows.join("\n")}\n`)).toEqual([
      [1, -2.5, 3],
      [1000, 0.5, 5],
      [7, undefined, undefined],
      ["0x10", "1e400", "Infinity"],
      ["1_000", undefined, "-"],
      [-0, 12, 0.01],
      [undefined, undefined, "x y"],
    ]);
  });

  it("that are numbers are the nearest f64, whatever their length", async () => {
    const numbers = ["0.1", "123456789012345680", "9007199254740992", "0.30000000000000004", "1.7976931348623157e308"];
    numbers.push("5e-324", "123456.789012345", "0.000000000000000000000000000001", "4.35", "1.005");
    const cells = await cellsOfText(`x,y\n${numbers.map((number) => `${number},a`).join("\n")}\n`);
    expect(cells.map(([x]) => x)).toEqual(numbers.map(Number));
  });

  it("that are words are one where blanks around them differ, and two where case does", async () => {
    const { blocks } = await readTableText("kind,x\na,1\n a ,2\nA,3\n\u00a0a,4\n");
    expect(blocks[0].words[0]).toEqual(["a", "A"]);
  });

  it("are bytes where all of a column in a block are whole numbers from 0 to 255", async () => {
    const { blocks } = await readTableText("a,b,c\n0,256,x\n255,1.0,\n");
    expect(blocks[0].wide).toEqual([1, 2]);
    expect([...blocks[0].bytes]).toEqual([0, 0, 0, 255, 0, 0]);
  });
});

describe("rows at fault are refused, saying where:", () => {
  it.each([
    ["nothing", "", /train\.csv: expected rows of cells, found an empty file;/],
    ["blank lines only", "\n\n \n", /train\.csv: expected rows of cells, found an empty file;/],
    ["a header only", "label,x\n", /train\.csv:1: expected rows of data below the header, found the header only;/],
    ["a short row", "label,x,y\n0,1,2\n1,3\n", /train\.csv:3: expected 3 columns like the first row, found 2;/],
    ["a long row", "label,x,y\n0,1,2\n\n1,3,4,5\n", /train\.csv:4: expected 3 columns like the first row, found 4;/],
    [
      "a long row, quoted",
      'label,x\n0,"1"\n\n"1",3,4\n',
      /train\.csv:4: expected 2 columns like the first row, found 3;/,
    ],
    [
      "a title above the table",
      "Report\n\na,b\n1,2\n3,4\n",
      /train\.csv:1: expected 2 cells like in the rows below, found 1;/,
    ],
    ["a first row that is short", "1\n1,2\n3,4\n", /train\.csv:1: expected 2 cells like in the rows below, found 1;/],
    [
      "a quote that never closes",
      'label,x\n0,1\n1,"2\n0,3\n',
      /train\.csv:3:2: expected a closing quote, .*found none/,
    ],
    ["one in the first cell", 'label,x\n0,1\n  "2,3\n', /train\.csv:3:1: expected a closing quote/],
    ["one behind quoted cells", 'a,b,c\n1,2,3\n"x,\ny","""z",\t"4\n', /train\.csv:4:3: expected a closing quote/],
    ["one behind tabs", 'a\tb\tc\n1\t2\t3\n4\t\t"5\n', /train\.csv:3:3: expected a closing quote/],
    ["one behind blanks", 'a b c\n1 2 3\n  4   5 \t "6\n', /train\.csv:3:3: expected a closing quote/],
    ["one in the header", 'label,"x\n0,1\n', /train\.csv:1:2: expected a closing quote, .*found none/],
    ["text behind a quote", 'label,x\n0,1\n\n1,"2"3\n', /train\.csv:4:2: expected a delimiter or the end of the row/],
    [
      "text behind a quote in the header",
      '"a"b,x\n0,1\n',
      /train\.csv:1:1: expected a delimiter or the end of the row/,
    ],
  ])("%s", async (_, text, message) => {
    expect(await refusalOf(text)).toMatch(message);
  });

  it("the first of several", async () => {
    expect(await refusalOf('a,b\n1,2\n3\n4,"5"6\n7,"')).toMatch(/train\.csv:3: /);
  });
});
