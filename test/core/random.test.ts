import { randomStream, threefry } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";

describe("threefry-2x32-20 gives the known answers of its authors' Random123", () => {
  it.each([
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
  ])("key %i %i, counter %i %i", (k0, k1, c0, c1, x0, x1) => {
    const words = new Int32Array(2);
    threefry(k0, k1, c0, c1, words);
    expect([...words].map((word) => word >>> 0)).toEqual([x0, x1]);
  });
});

describe("a random stream", () => {
  const stream = randomStream(7, 1, 2);
  const N = 20_000;
  const numbers = Array.from({ length: N }, (_, i) => i);

  it("is a function of its index: asked in any order, it answers alike", () => {
    const forwards = numbers.slice(0, 100).map((i) => stream.bits(i));
    const backwards = numbers
      .slice(0, 100)
      .reverse()
      .map((i) => randomStream(7, 1, 2).bits(i))
      .reverse();
    expect(backwards).toEqual(forwards);
  });

  it("differs from streams of another seed or path", () => {
    const others = [randomStream(8, 1, 2), randomStream(7, 2, 1), randomStream(7, 1), randomStream(7, 1, 2, 0)];
    for (const other of others) expect(other.bits(0)).not.toBe(stream.bits(0));
  });

  it("is uniform on [0, 1): each tenth holds a tenth, within 5 standard deviations", () => {
    const tenths = new Array<number>(10).fill(0);
    for (const i of numbers) tenths[Math.floor(10 * stream.uniform(i))]++;
    for (const count of tenths) expect(Math.abs(count - N / 10)).toBeLessThan(5 * Math.sqrt(N * 0.09));
  });

  it("below(2^32) is all of its bits, and below(3 * 2^30) draws what is past it again", () => {
    for (const i of numbers.slice(0, 100)) {
      expect(stream.below(2 ** 32, i)).toBe(stream.bits(i));
      const attempts = numbers.slice(0, 40).map((attempt) => stream.bits(i, attempt));
      expect(stream.below(3 * 2 ** 30, i)).toBe(attempts.find((value) => value < 3 * 2 ** 30));
    }
  });

  it("below(3) takes 0, 1 and 2 alike", () => {
    const counts = [0, 0, 0];
    for (const i of numbers) counts[stream.below(3, i)]++;
    for (const count of counts) expect(Math.abs(count - N / 3)).toBeLessThan(5 * Math.sqrt((N * 2) / 9));
  });

  it("is normal with mean 0, variance 1 and fourth moment 3, within 5 standard errors", () => {
    const moment = (power: number): number => numbers.reduce((sum, i) => sum + stream.normal(i) ** power, 0) / N;
    expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(N));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / N));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / N));
  });
});
