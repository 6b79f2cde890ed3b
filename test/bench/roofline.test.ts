import { describe, expect, it } from "vitest";
import { prepareStream } from "../../bench/roofline/bandwidth.ts";
import { roofOf } from "../../bench/roofline/roofline.ts";

describe("the roofline", () => {
  const machine = {
    peak: 100,
    memory: [
      { set: 1000, bandwidth: 10 },
      { set: 10, bandwidth: 200 },
      { set: 100, bandwidth: 50 },
    ],
  };

  it("is the peak where a kernel has much to compute for each byte", () => {
    expect(roofOf({ flop: 400, bytes: 100 }, machine)).toEqual({ intensity: 4, seconds: 4, limit: "compute" });
  });

  it("is the bandwidth of the cache that holds the kernel's arrays where it has little", () => {
    expect(roofOf({ flop: 1, bytes: 10 }, machine)).toEqual({ intensity: 0.1, seconds: 0.05, limit: "memory" });
    expect(roofOf({ flop: 11, bytes: 11 }, machine)).toMatchObject({ seconds: 0.22, limit: "memory" });
    expect(roofOf({ flop: 1, bytes: 20_000 }, machine)).toMatchObject({ seconds: 2000, limit: "memory" });
  });
});

describe("what memory's bandwidth is measured by", () => {
  it("copies, and multiplies and adds, what it is told and no more", async () => {
    const { copy, triad, numbers } = await prepareStream(4096);
    for (let i = 0; i < 512; i++) numbers[i] = i;
    copy(256, 0, 48);
    triad([400, 0, 64], 0.5, 32);
    const expected = Float32Array.from({ length: 512 }, (_, i) => i);
    for (let i = 0; i < 48; i++) expected[256 + i] = i;
    for (let i = 0; i < 32; i++) expected[400 + i] = i + 0.5 * (64 + i);
    expect(numbers.subarray(0, 512)).toEqual(expected);
  });
});
