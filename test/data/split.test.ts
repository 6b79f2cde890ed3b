import { InputError } from "@scratch-nn/core";
import { type Dataset, stratifiedSplit, withValidation } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";

// Class 0 has forty examples, class 1 ten, class 2 one.
const labels = Uint16Array.from({ length: 51 }, (_, c) => (c === 50 ? 2 : c % 5 === 4 ? 1 : 0));

describe("a stratified split", () => {
  it("takes the fraction of each class and leaves each at least one to learn from", () => {
    const { train, test } = stratifiedSplit(labels, 3, 0.2, 7);
    const count = (columns: Uint32Array, k: number): number => columns.filter((c) => labels[c] === k).length;
    expect([0, 1, 2].map((k) => count(test, k))).toEqual([8, 2, 0]);
    expect([0, 1, 2].map((k) => count(train, k))).toEqual([32, 8, 1]);
  });

  it("covers every column once, both parts in order", () => {
    const { train, test } = stratifiedSplit(labels, 3, 0.3, 7);
    expect([...train, ...test].sort((a, b) => a - b)).toEqual(Array.from(labels.keys()));
    for (const part of [train, test]) expect([...part]).toEqual([...part].sort((a, b) => a - b));
  });

  it("is a function of the seed", () => {
    expect(stratifiedSplit(labels, 3, 0.3, 7)).toEqual(stratifiedSplit(labels, 3, 0.3, 7));
    expect(stratifiedSplit(labels, 3, 0.3, 7)).not.toEqual(stratifiedSplit(labels, 3, 0.3, 8));
  });

  it("of nothing leaves no test part", () => {
    expect(stratifiedSplit(labels, 3, 0, 7).test).toHaveLength(0);
  });

  it.each([1, -0.1, Number.NaN])("refuses the fraction %d", (fraction) => {
    expect(() => stratifiedSplit(labels, 3, fraction, 0)).toThrow(InputError);
  });
});

describe("a part to validate on", () => {
  /** Every other column is held back for testing. */
  const dataset = {
    name: "some",
    X: new Uint8Array(51),
    labels,
    inputs: 1,
    classes: ["a", "b", "c"],
    preprocessing: { encoders: [], order: [] } as unknown as Dataset["preprocessing"],
    label: undefined,
    train: Uint32Array.from({ length: 26 }, (_, i) => 2 * i),
    test: Uint32Array.from({ length: 25 }, (_, i) => 2 * i + 1),
    remarks: [],
  };
  const count = (columns: Uint32Array, k: number): number => columns.filter((c) => labels[c] === k).length;

  it("is taken from the training part, stratified, and each class keeps one to learn from", () => {
    const parted = withValidation(dataset, 0.25, 7);
    const { train, validation = new Uint32Array(0), test } = parted;
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual([...dataset.train]);
    for (const part of [train, validation]) expect([...part]).toEqual([...part].sort((a, b) => a - b));
    expect([0, 1, 2].map((k) => count(validation, k))).toEqual([5, 2, 0]);
    expect(count(train, 2)).toBe(1);
    expect(test).toBe(dataset.test);
  });

  it("is a function of the seed, and drawn otherwise than a test part", () => {
    const chosen = (seed: number) => withValidation(dataset, 0.3, seed).validation!;
    expect(chosen(7)).toEqual(chosen(7));
    expect(chosen(7)).not.toEqual(chosen(8));
    const all = { ...dataset, train: Uint32Array.from(labels.keys()), test: new Uint32Array(0) };
    expect(withValidation(all, 0.3, 7).validation).not.toEqual(stratifiedSplit(labels, 3, 0.3, 7).test);
  });

  it.each([0.01, 0])("of a fraction of %d, which is less than one example, is refused", (fraction) => {
    expect(() => withValidation(dataset, fraction, 7)).toThrow(
      /^--validation-fraction: expected a part of the 26 examples .*, found 0(\.01)?, which leaves none to validate on;/,
    );
  });
});
