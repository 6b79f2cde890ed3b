/** Tests the kernels of a step after the products: they fold partial sums, add, and descend. */
import { type KernelName, kernelsNamed, makeWorkplace, randomStream, treeAdditions } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";

const SIMD: readonly KernelName[] = ["simd128", "simd256"];
const LENGTH = 1040;
const STRIDE = 1056;
const MAX_PARTIALS = 128;

function openReduction(name: KernelName) {
  const { layout, bind } = kernelsNamed(name);
  const shape = { units: 1, inputs: 1, first: false, byLanes: false };
  const { arena, regions } = makeWorkplace(
    (at) => ({
      numbers: at.float32(MAX_PARTIALS * STRIDE),
      out: at.float32(LENGTH),
      W: at.float32(LENGTH),
      scratch: at.uint8(layout.scratchBytes(shape)),
    }),
    { shared: false },
  );
  const stream = randomStream(5, 0);
  regions.numbers.set(regions.numbers.map((_, i) => (i % 7 === 0 ? -0 : 4 * stream.uniform(i) - 2)));
  regions.W.set(regions.W.map((_, i) => 4 * stream.uniform(1_000_000 + i) - 2));
  return { ...regions, kernels: bind(arena, regions.scratch, false) };
}

function expectSame(found: Float32Array, expected: Float32Array, what: string): void {
  const wrong = expected.findIndex((value, i) => !Object.is(value, found[i]));
  expect(wrong, `${what}: element that differs`).toBe(-1);
}

/** [begin, end) of the partial sums: one line, a chunk and more, all, none. */
const RANGES = [
  [0, 16],
  [16, 48],
  [32, 336],
  [256, 1040],
  [0, 1040],
  [64, 64],
] as const;

describe.each(["plain", ...SIMD] as const)("reduce of %s", (name) => {
  it("folds any number of partials along the tree, on any range, and writes nothing else", () => {
    const { kernels, numbers, out } = openReduction(name);
    for (let count = 1; count <= MAX_PARTIALS; count += count < 40 ? 1 : 8) {
      const sums = Array.from({ length: count }, (_, p) => numbers.slice(p * STRIDE, p * STRIDE + LENGTH));
      for (const [into, from] of treeAdditions(count)) {
        for (let i = 0; i < LENGTH; i++) sums[into][i] += sums[from][i];
      }
      for (const [begin, end] of RANGES) {
        out.fill(7);
        kernels.reduce({ numbers, stride: STRIDE, count }, begin, end, out);
        const expected = Float32Array.from(out, (_, i) => (i < end - begin ? sums[0][begin + i] : 7));
        expectSame(out, expected, `${count} partials, [${begin}, ${end})`);
      }
    }
  });

  it("can leave the sum where the first partial was", () => {
    for (const count of [1, 2, 3, 4, 5, 8, 17, 128]) {
      const { kernels, numbers, out } = openReduction(name);
      kernels.reduce({ numbers, stride: STRIDE, count }, 16, LENGTH, out);
      const place = numbers.subarray(16, LENGTH);
      kernels.reduce({ numbers, stride: STRIDE, count }, 16, LENGTH, place);
      expectSame(place, out.subarray(0, LENGTH - 16), `${count} partials`);
    }
  });
});

describe.each(SIMD)("%s", (name) => {
  it.each([64, 96, 1, 3, 60_000])("descends along a sum over %i examples as the plain kernels do", (m) => {
    const [plain, fast] = [openReduction("plain"), openReduction(name)];
    const step = { m, alpha: Math.fround(0.1) };
    for (const [begin, end] of RANGES) {
      for (const wild of [undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
        const results = [plain, fast].map(({ kernels, numbers, W }) => {
          const sum = numbers.subarray(0, end - begin);
          const [first] = sum;
          const last = sum.at(-1);
          if (wild !== undefined) sum[sum.length - 1] = wild;
          const before = W.slice();
          const finite = kernels.descend(W, begin, end, sum, step);
          const after = W.slice();
          W.set(before);
          if (last !== undefined) sum[sum.length - 1] = last;
          expect(sum[0]).toBe(first);
          return { finite, after };
        });
        expectSame(results[1].after, results[0].after, `[${begin}, ${end}), ${wild}`);
        expect(results[1].finite).toBe(results[0].finite);
        expect(results[0].finite).toBe(wild === undefined || begin === end);
      }
    }
  });

  it("tells wherever a number is not finite", () => {
    const { kernels, W } = openReduction(name);
    expect(kernels.areFinite(W)).toBe(true);
    for (const wild of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (let i = 0; i < W.length; i += 13) {
        const before = W[i];
        W[i] = wild;
        expect(kernels.areFinite(W), `${wild} at ${i}`).toBe(false);
        W[i] = before;
      }
    }
    W.fill(3e38);
    expect(kernels.areFinite(W)).toBe(true);
  });
});
