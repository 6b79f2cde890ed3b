import { encodeModel, InputError, loadModel, type Row } from "@scratch-nn/core";
import { cellOf, DATE_ORDERS, levelOf, MISSING_WORDS, parseDate, parseNumber } from "@scratch-nn/core/engine";
import fc from "fast-check";
import { expect, it } from "vitest";
import { mixedModel } from "../support/mixed-model.ts";

const numRuns = Number(process.env["SCRATCH_NN_FUZZ"] ?? 2000);

/** Text that is almost a number or a date, or arbitrary. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom(..."0123456789+-.eE ,:/TZ_x") }),
  fc.double().map(String),
  fc.bigInt().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(...MISSING_WORDS),
);
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Whether an f64 cannot hold all digits of a whole number. */
function isMerged(text: string): boolean {
  return /^[+-]?\d{16,}$/.test(text) && String(Math.abs(Number(text))) !== text.replace(/^[+-]?0*/, "");
}

it("text of any kind is the number that the language reads, where it is a decimal", () => {
  fc.assert(
    fc.property(text, (cell) => {
      const trimmed = cell.trim();
      const isNumber = DECIMAL.test(trimmed) && Number.isFinite(Number(trimmed)) && !isMerged(trimmed);
      const value = isNumber ? Number(trimmed) : undefined;
      expect(parseNumber(cell)).toBe(value);
    }),
    { numRuns },
  );
});

it("a level is its own level, and that of the cell it came from", () => {
  fc.assert(
    fc.property(text, (word) => {
      const level = levelOf(word);
      expect(levelOf(level)).toBe(level);
      const cell = cellOf(word);
      if (cell !== undefined) expect(levelOf(cell)).toBe(level);
      else expect(MISSING_WORDS).toContain(word.trim());
    }),
    { numRuns },
  );
});

it("a date is a finite number of days, in any order that takes it, and text of any kind is read or not", () => {
  fc.assert(
    fc.property(text, fc.constantFrom(...DATE_ORDERS), (cell, order) => {
      const days = parseDate(cell, order);
      if (days !== undefined) expect(Math.abs(days)).toBeLessThan(4e6);
    }),
    { numRuns },
  );
});

it("rows of anything are predicted from or refused with an InputError", () => {
  const predictor = loadModel(encodeModel(mixedModel()));
  const cell = fc.oneof(
    text,
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
    fc.constantFrom(undefined, 1, "2024-01-01", true, "Rom"),
  );
  const usual = fc.tuple(fc.integer(), cell, fc.constant("2024-01-01"), fc.boolean(), cell);
  const row = fc.oneof(
    fc.array(cell, { minLength: 4, maxLength: 6 }),
    usual,
    usual.map(([age, id, joined, member, town]) => ({ age, id, joined, member, town })),
    fc.anything(),
  );
  let predicted = 0;
  fc.assert(
    fc.property(fc.array(row, { maxLength: 2 }), (rows) => {
      try {
        const { probabilities, classes } = predictor.predict(rows as Row[]);
        expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
        expect(classes).toHaveLength(rows.length);
        predicted += rows.length;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
      }
    }),
    { numRuns },
  );
  expect(predicted).toBeGreaterThan(numRuns / 20);
});
