import { runInNewContext } from "node:vm";
import { InputError } from "@scratch-nn/core";
import { cellOf, excerpt, levelOf, MISSING_WORDS, parseDate, parseNumber } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";

describe("parseNumber", () => {
  it.each([
    ["0", 0],
    ["-0", -0],
    ["7", 7],
    ["+7", 7],
    ["007", 7],
    [" 12\t", 12],
    ["5.1", 5.1],
    ["-.5", -0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["1E-3", 0.001],
    ["0.1", 0.1],
    ["123456789.012345", 123456789.012345],
    ["18446744073709552000", 2 ** 64],
    ["0.30000000000000004", 0.30000000000000004],
    ["1e308", 1e308],
    ["1e-400", 0],
    ["9007199254740992", 2 ** 53],
    ["0.12345678901234567890", 0.12345678901234568],
    ["12345678901234567.5", 12345678901234568],
  ])("reads %j", (text, value) => expect(parseNumber(text)).toBe(value));

  it.each([
    ...["", " ", "-", "+", ".", "-.", "+-1", "1e", "e5", "1e400", "0x10", "0b1", "1_000", "1,5", "1 000", "NaN", "nan"],
    ...["Infinity", "-inf", "12a", "a12", "1.2.3", "--1", "٣", "1n"],
    ...["9007199254740993", "-9007199254740993", "12345678901234567890", "18446744073709551616"],
  ])("takes %j for no number", (text) => expect(parseNumber(text)).toBeUndefined());

  it("looks at a million digits once, whatever follows them", () => {
    const digits = "1".repeat(1_000_000);
    // A parser that starts again from each digit would take days.
    expect(parseNumber(`${digits}"`)).toBeUndefined();
    expect(parseNumber(`${digits}.."`)).toBeUndefined();
    expect(parseNumber(`${"0".repeat(1_000_000)}7.5e0`)).toBe(7.5);
    expect(parseNumber(`${"0".repeat(1_000_000)}12345678901234567`)).toBeUndefined();
  });

  it("gives the f64 that the language's own reading gives, for decimals of any length", () => {
    for (let i = 1; i < 20_000; i++) {
      const value = ((i * 7919) % 100_003) / 10 ** (i % 17) / (i % 3 === 0 ? -7 : 1);
      for (const text of [String(value), value.toFixed(i % 12), value.toExponential(i % 16)]) {
        expect(parseNumber(text)).toBe(Number(text));
      }
    }
  });
});

describe("cellOf", () => {
  it("takes pandas' words for nothing, and ?, as missing, blanks around them or not", () => {
    for (const word of MISSING_WORDS) expect(cellOf(` ${word} `)).toBeUndefined();
    for (const word of ["NA", "n/a", "NaN", "nan", "null", "None", "<NA>", "?", ""])
      expect(MISSING_WORDS).toContain(word);
    for (const word of ["none", "na", "-", "missing"]) expect(cellOf(word)).toBe(word);
  });

  it.each([
    [undefined, undefined],
    [null, undefined],
    [Number.NaN, undefined],
    [1.5, 1.5],
    [12n, 12],
    [2n ** 53n, 2 ** 53],
    [2n ** 53n + 1n, "9007199254740993"],
    ["True", "true"],
    ["TRUE", "true"],
    ["False", "false"],
    [" FALSE ", "false"],
    ["tRUE", "tRUE"],
    [" 1.50 ", 1.5],
    [" a b ", "a b"],
    [true, "true"],
    [new Date(Date.UTC(2024, 1, 29, 12)), "2024-02-29T12:00:00.000Z"],
    [runInNewContext("new Date(0)"), "1970-01-01T00:00:00.000Z"],
    [new Date(Number.NaN), undefined],
  ])("reads %s", (value, cell) => expect(cellOf(value)).toBe(cell));

  it.each([
    [Infinity],
    [-Infinity],
    [10n ** 400n],
    [{}],
    [[1]],
    [() => 1],
    [Symbol("s")],
    [new Map()],
    [{ [Symbol.toStringTag]: "Date" }],
  ])("refuses %s, naming the place", (value) => {
    expect(() => cellOf(value, 'row 3, column "age"')).toThrow(InputError);
    expect(() => cellOf(value, 'row 3, column "age"')).toThrow(/^row 3, column "age": expected a number/);
  });
});

describe("levelOf", () => {
  it("gives numerically equal spellings one name", () => {
    for (const one of [1, "1", "1.0", "+1", "01", " 1 ", "1e0"]) expect(levelOf(one)).toBe("1");
    for (const zero of [0, -0, "0", "-0", "0.00"]) expect(levelOf(zero)).toBe("0");
    expect(levelOf("0.10")).toBe(levelOf(0.1));
  });

  it("names decimals as String does, of any length and size", () => {
    for (let i = 1; i < 20_000; i++) {
      const value = ((i * 7919) % 100_003) / 10 ** (i % 17) / (i % 3 === 0 ? -7 : 1);
      for (const text of [String(value), value.toFixed(i % 12), value.toExponential(i % 16)]) {
        expect(levelOf(text)).toBe(String(Number(text)));
      }
    }
  });

  it("gives booleans of any program one name", () => {
    for (const word of ["true", "True", "TRUE", " True "]) expect(levelOf(word)).toBe("true");
    for (const word of ["false", "False", "FALSE"]) expect(levelOf(word)).toBe("false");
    for (const word of ["tRUE", "T", "yes"]) expect(levelOf(word)).toBe(word);
  });

  it("tells whole numbers apart that are one f64", () => {
    expect(levelOf("9007199254740993")).toBe("9007199254740993");
    expect(levelOf("9007199254740992")).toBe("9007199254740992");
    for (const value of [2 ** 64, 1e21, 123456789012345680000]) expect(levelOf(String(value))).toBe(levelOf(value));
  });

  it("leaves words as they are, blanks around them aside", () => {
    for (const word of ["a", "A", "1a", "0x1", "Bär", "1,0", "Infinity"]) expect(levelOf(` ${word}`)).toBe(word);
  });
});

describe("parseDate", () => {
  const DAY = Date.UTC(2024, 2, 1) / 86_400_000;

  it.each([
    ["2024-03-01", "ymd"],
    ["2024/3/1", "ymd"],
    ["01.03.2024", "dmy"],
    ["1-3-24", "dmy"],
    ["03/01/2024", "mdy"],
    ["01-Mar-2024", "dmy"],
    ["1 March 2024", "dmy"],
    ["1.mar.24", "dmy"],
    ["March 1, 2024", "mdy"],
    ["MAR-01-2024", "mdy"],
    ["2024-Mar-01", "ymd"],
    ["2024-03-01 ", "ymd"],
    ["2024-03-01T00:00", "ymd"],
    ["2024-03-01 00:00:00.000Z", "ymd"],
    ["2024-03-01T02:00:00+02:00", "ymd"],
    ["2024-02-29T22:30-0130", "ymd"],
    ["01.03.2024 0:00", "dmy"],
  ] as const)("reads %j as %s", (text, order) => expect(parseDate(text, order)).toBe(DAY));

  it("gives the time as a fraction of a day", () => {
    expect(parseDate("2024-03-01 06:00", "ymd")).toBe(DAY + 0.25);
    expect(parseDate("2024-03-01T12:30:15.5Z", "ymd")).toBe(DAY + (12 * 3600 + 30 * 60 + 15.5) / 86_400);
  });

  it("knows the calendar from the year 1 to 9999", () => {
    const DAY_LENGTH = 86_400_000;
    for (let time = Date.parse("0001-01-01T00:00Z"); time < Date.parse("9999-12-31"); time += 97 * DAY_LENGTH) {
      expect(parseDate(new Date(time).toISOString(), "ymd")).toBe(time / DAY_LENGTH);
    }
    expect(parseDate("31.12.68", "dmy")).toBe(Date.UTC(2068, 11, 31) / 86_400_000);
    expect(parseDate("1.1.69", "dmy")).toBe(Date.UTC(1969, 0, 1) / 86_400_000);
  });

  it.each([
    ["2023-02-29", "ymd"],
    ["1900-02-29", "ymd"],
    ["2024-13-01", "ymd"],
    ["2024-00-01", "ymd"],
    ["2024-01-00", "ymd"],
    ["31/04/2024", "dmy"],
    ["13/01/2024", "mdy"],
    ["01/13/2024", "dmy"],
    ["2024-03-01", "dmy"],
    ["01-03-2024", "ymd"],
    ["24-03-01", "ymd"],
    ["0000-01-01", "ymd"],
    ["1.2.3", "dmy"],
    ["2024-03/01", "ymd"],
    ["2024-03-01 24:00", "ymd"],
    ["2024-03-01 12:60", "ymd"],
    ["2024-03-01 12", "ymd"],
    ["2024-03-01Z", "ymd"],
    ["2024-03-01 12:00 CET", "ymd"],
    ["20240301", "ymd"],
    ["10.0.0.1", "dmy"],
    ["", "ymd"],
    ["March 1", "mdy"],
  ] as const)("takes %j for no date in the order %s", (text, order) => {
    expect(parseDate(text, order)).toBeUndefined();
  });
});

describe("an excerpt", () => {
  it("is one line of printable characters, however long and wild the text", () => {
    expect(excerpt('a "b"')).toBe('"a \\"b\\""');
    expect(excerpt("\x1b[31m\u0085\u202e\u2028\ud800")).toBe('"\\u001b[31m\\u0085\\u202e\\u2028\\ud800"');
    expect(excerpt("x".repeat(1000))).toBe(`"${"x".repeat(60)}..." (1000 characters)`);
    expect(excerpt("🌙".repeat(40))).toBe(`"${"🌙".repeat(30)}..." (80 characters)`);
    expect(excerpt(`x${"🌙".repeat(40)}`)).toBe(`"x${"🌙".repeat(29)}..." (81 characters)`);
  });
});
