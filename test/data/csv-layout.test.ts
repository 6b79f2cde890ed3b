import { describe, expect, it } from "vitest";
import { cellsOf, cellsOfText, linesOf, readTableText, refusalOf } from "../support/cells.ts";

describe("the header", () => {
  const namesOf = async (text: string, options = {}) => (await readTableText(text, options)).layout.names;

  it.each([
    ["of words above numbers", "a,b\n1,2\n", ["a", "b"]],
    ["of words above words", "kind,size\ncat,big\ndog,small\n", ["kind", "size"]],
    ["of numbers that count from 0", "0,1,2,3\n0,0,92,28\n1,121,172,153\n", ["0", "1", "2", "3"]],
    ["of numbers that count from 1", "1,2,3\n0.5,2.5,1\n1.5,0.5,2\n", ["1", "2", "3"]],
    ["of pandas' index and numbers", ",0,1,2\n0,5,6,9\n1,7,8,1\n", ["Unnamed: 0", "0", "1", "2"]],
    ["of years behind a word", "country,1999,2000,2001\nA,5,6,9\nB,7,8,1\n", ["country", "1999", "2000", "2001"]],
    ["of numbers and a word above words", "0,1,2,kind\n5.1,3.5,1.4,a\n4.9,3,1.3,b\n", ["0", "1", "2", "kind"]],
    ["of wavelengths and a label", `400,402,404,label\n${"0.3,0.1,0.5,x\n".repeat(9)}`, ["400", "402", "404", "label"]],
    ["of them behind a word", "id,400,410,421\ns1,.1,.2,.3\ns2,.2,.3,.1\ns3,.1,.1,.2\n", ["id", "400", "410", "421"]],
    ["of numbers in any order and a label", "3,1,2,label\n.1,4,6,x\n.2,0,1,y\n.3,1,2,x\n", ["3", "1", "2", "label"]],
    [
      "of years",
      "land,1990,2000,2010,area\na,1,2,6,x\nb,0,1,7,y\nc,3,2,1,x\n",
      ["land", "1990", "2000", "2010", "area"],
    ],
    ["with blanks and quotes", '"a" , b\n1,2\n', ["a", "b"]],
    ["that names columns twice, or not", "x,x,,x.1,\n1,2,3,4,5\n", ["x", "x.2", "Unnamed: 2", "x.1", "Unnamed: 4"]],
  ])("%s is found", async (_, text, names) => {
    expect(await namesOf(text)).toEqual(names);
  });

  it.each([
    ["numbers", "1,10\n0,30\n"],
    ["numbers that are those below", "1,2,3\n3,1,2\n2,2,1\n"],
    ["numbers in order, as in all rows", "1,2,3\n4,5,6\n7,8,9\n"],
    ["a number and a word", "5.1,setosa\n4.9,virginica\n"],
    ["a missing number", "0,nan\n1,2\n"],
    ["what stands for one", "0,-inf,.\n1,2,3\n"],
    ["words that come again", "p,x\ne,y\np,y\ne,x\n"],
    ["a date", "2020-01-01,red\n2020-01-02,blue\n"],
    ["numbers with a decimal comma", "5,1;a\n4,9;b\n"],
    ["whole numbers and a word", "5,3,a\n4,2,b\n"],
    ["whole numbers and a class", `15,13,a\n${"4,2,b\n9,3,a\n".repeat(9)}`],
    ["numbers with one step, as others have them", "s1,400,410,420\ns2,90,500,810\ns3,700,30,210\n"],
  ])("is not a first row of %s", async (_, text) => {
    expect((await readTableText(text)).layout.hasHeader).toBe(false);
  });

  it("is where the caller says, or nowhere", async () => {
    expect(await namesOf("1,2\n3,4\n", { header: true })).toEqual(["1", "2"]);
    expect(await cellsOfText("a,b\nc,d\n", { header: false })).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
  });

  it("of which one can think otherwise is told of, with the flag", async () => {
    const remarks = async (text: string) => (await readTableText(text)).remarks.join();
    expect(await remarks("0,1,2,3\n0,0,92,28\n")).toMatch(/\(0,1,2,3\) counts the columns .*--header no/);
    expect(await remarks("p,x\ne,y\np,y\ne,x\n")).toMatch(/\(p,x\) is taken for data.*--header yes/);
    expect(await remarks("id,400,410,421\ns1,.1,.2,.3\ns2,.2,.3,.1\ns3,.1,.1,.2\n")).toMatch(
      /\(id,400,410,421\) .*taken for a header.*--header no/,
    );
    expect(await remarks("name,2020,region\na,5,x\nb,6,y\na,7,x\n")).toMatch(
      /\(name,2020,region\) is taken for data.*--header yes/,
    );
    expect(await remarks("x,x\n1,2\n")).toMatch(/told apart by numbers: "x\.1"/);
  });

  it("keeps its names as they were", async () => {
    expect((await readTableText("x,x,\n1,2,3\n")).layout.originalNames).toEqual(["x", "x", ""]);
  });

  it("that comes again is skipped, and counted", async () => {
    const table = await readTableText("label,x\n0,1.5\n\nlabel,x\n1,2.5\nlabel,x\n");
    expect(cellsOf(table)).toEqual([
      [0, 1.5],
      [1, 2.5],
    ]);
    expect(linesOf(table)).toEqual([2, 5]);
    expect(table.remarks).toEqual(["2 rows that repeated the header skipped"]);
    expect(table.blocks[0].words).toEqual([[]]);
    expect(await cellsOfText("label, x, name\n0, 1, a\nlabel, x,name\n1, 2, b\n")).toHaveLength(2);
    expect(await cellsOfText("label  x\n0 1\n label x\n1 2\n")).toHaveLength(2);
    expect(await cellsOfText('"label";x\n"a";1\n"label";"x"\nb;2\n')).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
  });

  it("one cell shorter than the rows, as R writes it, leaves the row names without a name", async () => {
    const table = await readTableText('"x" "y"\n"1" 5 6\n"2" 7 8\n');
    expect(table.layout.names).toEqual(["Unnamed: 0", "x", "y"]);
    expect(table.remarks.join()).toMatch(/taken for row names/);
  });
});

describe("comments", () => {
  it.each([
    ["above the header", '# made by a "spectrometer\nlabel,x\n0,1.5\n1,2.5\n', 1],
    ["between rows", 'label,x\n0,1.5\n# re, "calibrated\n#\n1,2.5\n', 2],
    ["between quoted rows", 'label,x\n"0",1.5\n# it\'s 5" long, "so\n"1",2.5\n', 1],
    ["between cells parted by blanks", 'label x\n0 1.5\n # "re calibrated\n1  2.5\n', 1],
  ])("%s are skipped, and counted", async (_, text, count) => {
    const table = await readTableText(text);
    expect(cellsOf(table)).toEqual([
      [0, 1.5],
      [1, 2.5],
    ]);
    expect(table.remarks.join()).toContain(`${count} line${count === 1 ? "" : "s"} beginning with # skipped`);
  });

  it("name the columns where numpy.savetxt wrote them", async () => {
    const table = await readTableText("# x y label\n-2.5 1.5 0\n2.5 1.5 1\n");
    expect(table.layout).toMatchObject({ names: ["x", "y", "label"], hasHeader: true });
    expect(table.rows).toBe(2);
  });

  it("may begin with its sign in the header, which is no part of a name but in quotes", async () => {
    expect((await readTableText("#id,a\n1,2\n#id,a\n3,4\n")).layout.names).toEqual(["id", "a"]);
    expect(await cellsOfText("#id,a\n1,2\n#id,a\n3,4\n")).toHaveLength(2);
    expect((await readTableText('"#x",a\n#1,2\n#3,4\n')).layout.names).toEqual(["#x", "a"]);
  });

  it("repeat the header that numpy.savetxt wrote, where files were joined", async () => {
    const table = await readTableText("# x,y,label\n1,1.5,0\n2,1.5,1\n# x,y,label\n3,1.5,0\n");
    expect(table.layout.names).toEqual(["x", "y", "label"]);
    expect(table.rows).toBe(3);
    expect(table.remarks.join()).toMatch(/1 row that repeated the header skipped/);
  });

  it("above the header may have as many cells as rows", async () => {
    const table = await readTableText("# made in Oslo, Norway\nlabel,x\n0,1.5\n1,2.5\n");
    expect(table.layout.names).toEqual(["label", "x"]);
    expect(table.rows).toBe(2);
  });

  it.each([
    ["one of them", "colour,x\nblue,1\nred,2\n#00f,3\nblue,4\n", 4],
    ["a third", `a,b,label\n${"#N/A,1,x\n2,1,y\n3,1,y\n".repeat(20)}`, 60],
    ["most", "colour,x\n#ff0000,1\n#00ff00,2\n#0000ff,3\n", 3],
    ["all, without a header", "#ff0000,1\n#00ff00,2\n#0000ff,3\n", 3],
    ["all, above others", "#ff0000,red\n#00ff00,green\nblue,blue\nred,red\nred,green\nblue,red\n", 6],
    ["one with quotes", 'tag,x\n#a,"1"\n"#b",2\n#c,"3"\n', 3],
    ["one with a delimiter in quotes", 'tag,x\n#a,"x, y"\nb,z\nb,"x, y"\n', 3],
    ["some, parted by blanks", "tag x y\n#a 1  2\nb 2 3\n  #c 4 5\n", 3],
    ["some, with a delimiter at the end", "tag,x,\n#a,1,\nb,2,\n#c,3\nd,4,\n", 4],
    ["some, with a delimiter at the end but in the header", "tag,x\n#a,1,\nb,2,\n#c,3\nd,4,\n", 4],
    ["one, in CR lines", "tag,x\rb,1\r#a,2\rc,3\r", 3],
  ])("are no rows of as many cells as there are columns: %s", async (_, text, rows) => {
    const table = await readTableText(text);
    expect(table.rows).toBe(rows);
    expect(table.remarks.join()).not.toMatch(/beginning with #/);
  });

  it("are told from rows far from the beginning, on any number of threads", async () => {
    const text = `tag,x\n${"b,1.5\n#c,2\n# a note\n".repeat(220_000)}`;
    for (const threads of [1, 2]) {
      const table = await readTableText(text, { threads });
      expect(table.rows).toBe(440_000);
      expect(table.remarks).toEqual(["220000 lines beginning with # skipped"]);
    }
  });
});

describe("a delimiter behind the last cell", () => {
  it.each([
    ["with the header", "label,x,\n0,1.5,\n1,2.5,\n"],
    ["without it", "label,x\n0,1.5,\n1,2.5,\n"],
    ["and a blank", "label;x;\n0;1.5; \n1;2.5;\n"],
    ["in quoted rows", 'label,x,\n"0",1.5,\n"1",2.5,\n'],
    ["but in the last row", "label,x,\n0,1.5,\n1,2.5\n"],
  ])("is no column: %s", async (_, text) => {
    const table = await readTableText(text);
    expect(table.layout.names).toEqual(["label", "x"]);
    expect(cellsOf(table)).toEqual([
      [0, 1.5],
      [1, 2.5],
    ]);
  });

  it("is a column where something stands behind one, and where it has a name", async () => {
    expect(await cellsOfText("a,b,\n1,2,\n3,4,5\n")).toEqual([
      [1, 2, undefined],
      [3, 4, 5],
    ]);
    expect(await cellsOfText("a,b,c\n1,2,\n3,4,\n")).toEqual([
      [1, 2, undefined],
      [3, 4, undefined],
    ]);
    const rows = `${"1,2,\n".repeat(1000)}3,4,5\n`;
    expect(await refusalOf(`a,b,\n${rows}`)).toMatch(
      /train\.csv:1002: expected nothing behind the last delimiter, as in the first rows, found a cell/,
    );
  });
});

describe("a wide table", () => {
  it("of 120,001 columns is read, also where its first row is longer than what is looked at first", async () => {
    const row = (r: number) => Array.from({ length: 120_000 }, (_, k) => ((k * 7 + r * 13) % 10) / 10);
    const names = row(0).map((_, k) => `probe_region_${k}`);
    const text = [0, 1, 2].map((r) => `${row(r).join(",")},${"ab"[r % 2]}`).join("\n");
    const [headless, headed] = [await readTableText(text), await readTableText(`${names},label\n${text}`)];
    expect(headless.rows).toBe(3);
    expect(headed.rows).toBe(3);
    expect(headed.layout.names.at(-1)).toBe("label");
    expect(cellsOf(headed)[2]).toEqual([...row(2), "a"]);
  });

  it("of more columns than any table has is refused", async () => {
    expect(await refusalOf(`${",".repeat(1_100_000)}\n`.repeat(2))).toMatch(
      /:1: expected at most 1048576 columns, found 1100001/,
    );
  });
});
