import { defaultShards, runStart, treeAdditions, walkSubtree } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";

/** The tree as a formula: the left subtree of n leaves has the largest power of two below n. */
function formula(first: number, n: number): string {
  if (n === 1) return String(first);
  let left = 1;
  while (left * 2 < n) left *= 2;
  return `(${formula(first, left)}+${formula(first + left, n - left)})`;
}

describe("shards", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 16, 32, 33])("are added along one balanced tree: %i of them", (shards) => {
    const sums = Array.from({ length: shards }, (_, s) => String(s));
    for (const [into, from] of treeAdditions(shards)) sums[into] = `(${sums[into]}+${sums[from]})`;
    expect(sums[0]).toBe(formula(0, shards));
  });

  it.each([
    [0, 8],
    [1, 8],
    [7, 8],
    [8, 8],
    [4799, 8],
    [60000, 32],
    [1009, 7],
  ])("cut %i columns into %i runs that cover all, as even as can be", (count, parts) => {
    const lengths = Array.from({ length: parts }, (_, s) => runStart(count, parts, s + 1) - runStart(count, parts, s));
    expect(runStart(count, parts, 0)).toBe(0);
    expect(lengths.reduce((a, b) => a + b, 0)).toBe(count);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
  });

  it("are 8 for a mini-batch and more for a large batch, a power of two by the size alone", () => {
    expect([1, 128, 1023, 1024, 4800, 8192, 60000, 1_000_000].map(defaultShards)).toEqual([
      8, 8, 8, 16, 16, 32, 128, 128,
    ]);
  });

  it.each([1, 2, 3, 5, 6, 8, 13, 32, 33])("give one tree however tasks and blocks of %i shards fall", (shards) => {
    for (let size = 1; size < 2 * shards; size *= 2) {
      for (const blockSize of [1, 2, 4, 8, 16]) {
        const sums = Array.from({ length: Math.ceil(shards / size) }, (_, task) => {
          const { blocks, slots } = walkSubtree(task * size, Math.min((task + 1) * size, shards), blockSize);
          expect(slots).toBeLessThanOrEqual(1 + Math.ceil(Math.log2(size)));
          const partials: string[] = Array.from({ length: slots });
          for (const block of blocks) {
            partials[block.slot] = formula(block.first, block.end - block.first);
            for (const [into, from] of block.then) partials[into] = `(${partials[into]}+${partials[from]})`;
          }
          return partials[0];
        });
        for (const [into, from] of treeAdditions(sums.length)) sums[into] = `(${sums[into]}+${sums[from]})`;
        expect(sums[0]).toBe(formula(0, shards));
      }
    }
  });
});
