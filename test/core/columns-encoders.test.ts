import type { ColumnEncoder, Preprocessing } from "@scratch-nn/core";
import { InputError, rowEncoder } from "@scratch-nn/core";
import { type Cell, inputsBesidesBins, inputsOf } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";

const NUMBER = {
  kind: "number",
  column: 0,
  center: 10,
  spread: 4,
  clips: false,
  fill: 12,
  marksMissing: false,
} as const;

function preprocessing(encoders: readonly ColumnEncoder[], columns: readonly string[] = ["x"]): Preprocessing {
  return { columns, named: true, encoders };
}

/** The inputs of a row. Also expects the encoder to write nothing beside them. */
function encode(encoders: readonly ColumnEncoder[], cells: readonly Cell[], columns?: readonly string[]): number[] {
  const encoder = rowEncoder(preprocessing(encoders, columns));
  const out = new Float32Array(encoder.inputs + 2).fill(99);
  encoder.encode(cells, out, 1);
  expect([out[0], out.at(-1)]).toEqual([99, 99]);
  expect(encoder.inputs).toBe(encoders.reduce((sum, one) => sum + inputsOf(one), 0));
  return [...out.subarray(1, -1)];
}

describe("the encoder of numbers", () => {
  it("standardises, in f64 before anything becomes f32", () => {
    expect(encode([NUMBER], [18])).toEqual([2]);
    expect(encode([NUMBER], ["18"])).toEqual([2]);
    const large = { ...NUMBER, center: 1e8, spread: 2 };
    expect(encode([large], [1e8 + 1])).toEqual([0.5]);
  });

  it("clips softly", () => {
    const clips = { ...NUMBER, clips: true };
    expect(encode([clips], [18])).toEqual([Math.fround(2 / Math.sqrt(1 + 4 / 9))]);
    expect(encode([clips], [1e308])).toEqual([3]);
    expect(encode([clips], [-1e200])).toEqual([-3]);
    expect(encode([{ ...clips, center: -1.7e308 }], [1.7e308])).toEqual([3]);
  });

  it("fills in what is missing, and marks it where it should", () => {
    const marks = { ...NUMBER, marksMissing: true };
    expect(encode([NUMBER], [undefined])).toEqual([0.5]);
    expect(encode([NUMBER], [Number.NaN])).toEqual([0.5]);
    expect(encode([marks], [undefined])).toEqual([0.5, 1]);
    expect(encode([marks], [10])).toEqual([0, 0]);
  });

  it("names the column of a word, and of a number too large for an f32", () => {
    expect(() => encode([NUMBER], ["old"], ["age"])).toThrow(InputError);
    expect(() => encode([NUMBER], ["old"], ["age"])).toThrow(/^column "age": expected a number, .*found "old"/);
    expect(() => encode([NUMBER], [1e300], ["age"])).toThrow(/^column "age": .*f32.*found 1e\+300/);
  });
});

describe("the encoder of bins", () => {
  const bins = { kind: "bins", column: 0, knots: [0, 1, 5], fill: 3 } as const;

  it("says of each interval how far along it a number is", () => {
    expect(encode([bins], [0.25])).toEqual([-0.5, -1]);
    expect(encode([bins], [1])).toEqual([1, -1]);
    expect(encode([bins], ["4"])).toEqual([1, 0.5]);
    expect(encode([bins], [-9])).toEqual([-1, -1]);
    expect(encode([bins], [1e300])).toEqual([1, 1]);
    expect(encode([bins], [undefined])).toEqual([1, 0]);
    expect(encode([bins], [Number.NaN])).toEqual([1, 0]);
  });

  it("takes the column of another encoder, and tells the two apart", () => {
    expect(encode([NUMBER, bins], [2])).toEqual([-2, 1, -0.5]);
    expect(inputsBesidesBins(preprocessing([NUMBER, bins]))).toBe(1);
  });

  it.each([
    [[1], /encoders\[0\]\.knots: expected at least two numbers/],
    [[0, 2, 2], /encoders\[0\]\.knots\[2\]: expected a number above the one before/],
    [[-1.7e308, 1.7e308], /encoders\[0\]\.knots\[1\]: expected .*difference/],
    [[0, Number.NaN], /encoders\[0\]\.knots\[1\]: expected a finite number/],
  ])("refuses the knots %j", (knots, fault) => {
    expect(() => encode([{ ...bins, knots }], [1])).toThrow(fault);
  });

  it("names the column of a word", () => {
    expect(() => encode([bins], ["old"], ["age"])).toThrow(/^column "age": expected a number, .*found "old"/);
  });
});

describe("the encoder of dates", () => {
  const date = { ...NUMBER, kind: "date", order: "dmy", center: 19_000, spread: 100, fill: 19_100 } as const;
  const day = Date.UTC(2024, 2, 1) / 86_400_000;

  it("takes days, in the order that it has", () => {
    expect(encode([date], ["01.03.2024"])).toEqual([Math.fround((day - 19_000) / 100)]);
    expect(encode([date], ["2024-03-01T00:00:00.000Z"])).toEqual([Math.fround((day - 19_000) / 100)]);
    expect(encode([{ ...date, marksMissing: true }], [undefined])).toEqual([1, 1]);
  });

  it("names the column of what is no date", () => {
    expect(() => encode([date], ["13.13.2024"], ["joined"])).toThrow(
      /^column "joined": expected a date in the order dmy/,
    );
    expect(() => encode([date], [20_000], ["joined"])).toThrow(/^column "joined": expected a date/);
  });
});

describe("the encoder of two levels", () => {
  const binary = { kind: "binary", column: 0, levels: ["no", "yes"], marksMissing: false } as const;

  it("gives -1, +1, and 0 for anything else", () => {
    expect(encode([binary], ["no"])).toEqual([-1]);
    expect(encode([binary], ["yes"])).toEqual([1]);
    for (const other of ["maybe", 3, undefined, Number.NaN]) expect(encode([binary], [other])).toEqual([0]);
  });

  it("marks what is missing where it should, not what is unknown", () => {
    const marks = { ...binary, marksMissing: true };
    expect(encode([marks], [undefined])).toEqual([0, 1]);
    expect(encode([marks], ["maybe"])).toEqual([0, 0]);
  });

  it("knows numbers in any spelling", () => {
    const numbers = { ...binary, levels: ["0", "1"] } as const;
    for (const one of [1, "1", "1.0", "+1"]) expect(encode([numbers], [one])).toEqual([1]);
    for (const zero of [0, -0, "0.0"]) expect(encode([numbers], [zero])).toEqual([-1]);
  });
});

describe("the encoder of categories", () => {
  const category = { kind: "category", column: 0, levels: ["a", "2", "c"], missing: true, other: true } as const;

  it("is one-hot: the levels, missing, then all that is rare or unseen", () => {
    expect(encode([category], ["a"])).toEqual([1, 0, 0, 0, 0]);
    expect(encode([category], [2])).toEqual([0, 1, 0, 0, 0]);
    expect(encode([category], ["2.0"])).toEqual([0, 1, 0, 0, 0]);
    expect(encode([category], [undefined])).toEqual([0, 0, 0, 1, 0]);
    expect(encode([category], [Number.NaN])).toEqual([0, 0, 0, 1, 0]);
    expect(encode([category], ["d"])).toEqual([0, 0, 0, 0, 1]);
    expect(encode([category], [7])).toEqual([0, 0, 0, 0, 1]);
  });

  it("counts missing as unseen where it has no input for it", () => {
    expect(encode([{ ...category, missing: false }], [undefined])).toEqual([0, 0, 0, 1]);
    expect(encode([{ ...category, missing: false, other: false }], [undefined])).toEqual([0, 0, 0]);
    expect(encode([{ ...category, other: false }], ["unseen"])).toEqual([0, 0, 0, 0]);
  });

  it("takes names of Object's for words like others", () => {
    expect(encode([category], ["constructor"])).toEqual([0, 0, 0, 0, 1]);
    expect(encode([{ ...category, levels: ["__proto__"] }], ["__proto__"])).toEqual([1, 0, 0]);
  });
});

describe("the encoder of pixels", () => {
  const pixels = { kind: "pixels", column: 0, count: 3, factor: 0.5 } as const;
  const columns = ["p0", "p1", "p2", "z"];

  it("alone leaves X raw and makes its factor the scale", () => {
    const encoder = rowEncoder(preprocessing([pixels], ["p0", "p1", "p2"]));
    expect(encoder.scale).toBe(0.5);
    expect(encode([pixels], [1, 255, undefined], ["p0", "p1", "p2"])).toEqual([1, 255, 0]);
  });

  it("among others multiplies", () => {
    const encoders = [{ ...NUMBER, column: 3 }, pixels];
    expect(rowEncoder(preprocessing(encoders, columns)).scale).toBe(1);
    expect(encode(encoders, [1, 255, Number.NaN, 14], columns)).toEqual([1, 0.5, 127.5, 0]);
  });

  it("names the column of a word", () => {
    expect(() => encode([pixels], [1, "x", 3], ["p0", "p1", "p2"])).toThrow(/^column "p1"/);
    expect(() => encode([pixels], [1, 1e39, 3], ["p0", "p1", "p2"])).toThrow(/^column "p1"/);
  });
});

describe("a row encoder", () => {
  it("writes the encoders' inputs in their order, whatever the order of the columns", () => {
    const encoders: ColumnEncoder[] = [
      { kind: "category", column: 2, levels: ["a", "b"], missing: false, other: true },
      { ...NUMBER, column: 0, marksMissing: true },
    ];
    expect(encode(encoders, [18, "unused", "b"], ["n", "u", "c"])).toEqual([0, 1, 0, 2, 0]);
  });

  it("refuses a row with other columns", () => {
    expect(() => encode([NUMBER], [1, 2])).toThrow(/^row: expected 1 cells/);
  });
});
