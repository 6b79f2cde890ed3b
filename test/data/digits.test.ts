import { drawDigits } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { sha256 } from "../support/digest.ts";

describe("digits", () => {
  it("are the same bytes everywhere, drawn by one thread or three", async () => {
    const [one, three] = [await drawDigits({ examples: 9000 }), await drawDigits({ examples: 9000, threads: 3 })];
    expect(sha256(one.X)).toBe(sha256(three.X));
    expect(sha256(one.labels)).toBe(sha256(three.labels));
    // This hash must never change: any engine and any machine must draw these bytes.
    expect(sha256(one.X.subarray(0, 784_000))).toBe("850fd4f11601e8b7bfaaa50c365e46487013eeae1875facdf71d64b2d0e7589d");
  });

  it("begin with the smaller dataset of the same seed, and differ for another", async () => {
    const [small, large, other] = [
      await drawDigits({ examples: 50 }),
      await drawDigits({ examples: 80 }),
      await drawDigits({ examples: 50, seed: 2 }),
    ];
    expect(large.X.subarray(0, small.X.length)).toEqual(small.X);
    expect(other.X).not.toEqual(small.X);
  });

  it("come in ten classes of about the same size, no two images alike", async () => {
    const { X, labels, classes } = await drawDigits({ examples: 2000 });
    const counts = new Array<number>(10).fill(0);
    for (const label of labels) counts[label]++;
    expect(classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(5 * Math.sqrt(2000 * 0.09));
    const images = new Set(Array.from(labels, (_, c) => sha256(X.subarray(784 * c, 784 * (c + 1)))));
    expect(images.size).toBe(2000);
  });
});
