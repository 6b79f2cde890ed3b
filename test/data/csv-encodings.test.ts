import { describe, expect, it } from "vitest";
import { cellsOf, cellsOfText, readTableText, refusalOf } from "../support/cells.ts";

const TEXT = "kind,x\nBär,1\nBör,2\nnaïve €,3\n";
const CELLS = [
  ["Bär", 1],
  ["Bör", 2],
  ["naïve €", 3],
];

/** Encodes as windows-1252 the characters that the test uses. */
const windows1252 = (text: string): Buffer => Buffer.from(text.replaceAll("€", "\x80"), "latin1");
const utf16be = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

describe("a table's encoding", () => {
  it.each([
    ["UTF-8", Buffer.from(TEXT), {}],
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${TEXT}`), {}],
    ["UTF-8 with a mark and quotes", Buffer.from(`\ufeff${TEXT.replace("kind", '"kind"')}`), {}],
    ["UTF-16LE by its mark", Buffer.from(`\ufeff${TEXT}`, "utf16le"), {}],
    ["UTF-16BE by its mark", utf16be(`\ufeff${TEXT}`), {}],
    ["UTF-16LE by name", Buffer.from(TEXT, "utf16le"), { encoding: "utf-16le" }],
    ["UTF-16BE by name", utf16be(TEXT), { encoding: "utf-16be" }],
    ["windows-1252", windows1252(TEXT), { encoding: "windows-1252" }],
    ["latin1, which is windows-1252 to TextDecoder", windows1252(TEXT), { encoding: "latin1" }],
  ])("may be %s", async (_, bytes, options) => {
    const table = await readTableText(bytes, options);
    expect(cellsOf(table)).toEqual(CELLS);
    expect(table.layout.names).toEqual(["kind", "x"]);
  });

  it("may be anything that TextDecoder knows", async () => {
    const bytes = Buffer.from([0x93, 0xfa, 0x2c, 0x31, 0x0a, 0x96, 0x7b, 0x2c, 0x32, 0x0a]);
    expect(await cellsOfText(bytes, { encoding: "Shift_JIS", header: false })).toEqual([
      ["日", 1],
      ["本", 2],
    ]);
  });

  it.each([
    ["UTF-8", Buffer.from(TEXT), "utf-16le", "utf-8 or another one of single bytes"],
    ["windows-1252", windows1252(TEXT), "utf-16be", "utf-8 or another one of single bytes"],
    ["UTF-16BE", utf16be(TEXT), "utf-16le", "utf-16be"],
    ["UTF-16LE", Buffer.from(TEXT, "utf16le"), "utf-16be", "utf-16le"],
  ])("of %s that the caller takes for another one is refused, with the flag", async (_, bytes, encoding, expected) => {
    const message = await refusalOf(bytes, { encoding });
    expect(message).toMatch(/^--encoding: expected the encoding of .*train\.csv, /);
    expect(message).toContain(`${expected} by its first bytes, found ${encoding};`);
  });

  it("that comes from its mark is told of", async () => {
    expect((await readTableText(utf16be(`\ufeff${TEXT}`))).remarks).toEqual([
      "its encoding is utf-16be, by its byte order mark",
    ]);
  });

  it("ends before the Ctrl-Z that DOS put there", async () => {
    expect(await cellsOfText("a,b\r\n1,2\r\n\x1a")).toEqual([[1, 2]]);
    expect(await cellsOfText("a,b\r\n1,2\x1a\x1a")).toEqual([[1, 2]]);
    expect(await cellsOfText("a,b\nx\x1ay,2\n")).toEqual([["x\x1ay", 2]]);
  });

  it("keeps characters whole that lie across two chunks of the file", async () => {
    const rows = Array.from({ length: 60_000 }, (_, r) => `${["ü", "€", "😀"][r % 3]}${"x".repeat(r % 7)},${r}`);
    const text = `kind,x\n${rows.join("\n")}\n`;
    const expected = rows.map((row) => [row.split(",")[0], Number(row.split(",")[1])]);
    expect(await cellsOfText(text)).toEqual(expected);
    expect(await cellsOfText(Buffer.from(`\ufeff${text}`, "utf16le"))).toEqual(expected);
  });
});

describe("text in another encoding is refused, saying where:", () => {
  it.each([
    [
      "a byte of latin1",
      Buffer.from("kind,x\nBär,1\n", "latin1"),
      {},
      /train\.csv:2: expected UTF-8, found the byte 0xe4 at byte 8; .*--encoding latin1 or --encoding windows-1252/,
    ],
    [
      "one in the header",
      Buffer.from("Größe,x\n1,1\n", "latin1"),
      {},
      /train\.csv:1: expected UTF-8, found the byte 0xf6 at byte 2;/,
    ],
    [
      "one behind a byte order mark",
      Buffer.concat([Buffer.from("\ufeffkind,x\n"), Buffer.from("B\xe4r,1\n", "latin1")]),
      {},
      /train\.csv:2: .*0xe4 at byte 11;/,
    ],
    [
      "one far behind",
      Buffer.concat([Buffer.from(`kind,x\r\n${"ä,1\r\n".repeat(300_000)}`), Buffer.from("\xfc,1\n", "latin1")]),
      {},
      /train\.csv:300002: .*0xfc at byte 1800008;/,
    ],
    [
      "a character cut short",
      Buffer.concat([Buffer.from("kind,x\n"), Buffer.from([0xe2, 0x82]), Buffer.from(",1\n")]),
      {},
      /train\.csv:2: .*0xe2 at byte 7;/,
    ],
    [
      "half a surrogate pair of UTF-16",
      Buffer.from("\ufeffkind,x\na,1\n\ud800,2\n", "utf16le"),
      {},
      /train\.csv:3: expected text in utf-16le, found what is no character of it near byte 2[4-7];/,
    ],
    [
      "half a character at the end",
      Buffer.concat([Buffer.from("\ufeffkind,x\na,1\n", "utf16le"), Buffer.from([65])]),
      {},
      /expected text in utf-16le, found what is no character of it at the end;/,
    ],
    [
      "UTF-16LE without a mark",
      Buffer.from(TEXT, "utf16le"),
      {},
      /train\.csv:1: expected text, found a NUL byte at byte 1; it looks like UTF-16 .*--encoding utf-16le/,
    ],
    [
      "UTF-16BE without a mark",
      utf16be(TEXT),
      {},
      /train\.csv:1: expected text, found a NUL byte at byte 0; it looks like UTF-16/,
    ],
    [
      "UTF-32",
      Buffer.from([0xff, 0xfe, 0, 0, 65, 0, 0, 0]),
      {},
      /expected UTF-8, found UTF-32, by its byte order mark;/,
    ],
    [
      "NUL bytes that a crash left",
      Buffer.from(`a,b\n1,2\n${"\0".repeat(100)}`),
      {},
      /train\.csv:3: expected text, found a NUL byte at byte 8; the file may be damaged/,
    ],
    [
      "an encoding that nobody knows",
      Buffer.from(TEXT),
      { encoding: "utf-7" },
      /^--encoding: expected the name of an encoding \(utf-8, .*found "utf-7";/,
    ],
    [
      "another encoding than the mark says",
      Buffer.from(`\ufeff${TEXT}`),
      { encoding: "latin1" },
      /^--encoding: expected utf-8, as the byte order mark of .*found windows-1252;/,
    ],
  ])("%s", async (_, bytes, options, message) => {
    expect(await refusalOf(bytes, options)).toMatch(message);
  });

  it("but not where it lies behind the rows that were asked for", async () => {
    const bytes = Buffer.from("kind,x\na,1\nb,2\nB\xe4r,3\n", "latin1");
    expect(await cellsOfText(bytes, { rows: 2 })).toHaveLength(2);
  });
});
