import { ownSubtrees, planRanks, treeAdditions } from "@scratch-nn/core/engine";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** The sum of these names along the tree, as a formula. */
function tree(names: readonly string[]): string {
  const sums = [...names];
  for (const [into, from] of treeAdditions(sums.length)) sums[into] = `(${sums[into]}+${sums[from]})`;
  return sums[0];
}

const numbered = (first: number, end: number): string[] =>
  Array.from({ length: end - first }, (_, i) => String(first + i));

const shardsAndRanks = fc
  .integer({ min: 1, max: 200 })
  .chain((shards) => fc.tuple(fc.constant(shards), fc.integer({ min: 1, max: Math.min(shards, 40) })));

describe("planRanks", () => {
  it("continues the tree over shards across any number of ranks", () => {
    fc.assert(
      fc.property(shardsAndRanks, ([shards, ranks]) => {
        const { subtrees, places, additions, stride, count } = planRanks(shards, ranks);
        const sums = Array.from({ length: places }, () => "nothing");
        for (const { first, end, place } of subtrees.flat()) sums[place] = tree(numbered(first, end));
        for (const [into, from] of additions) sums[into] = `(${sums[into]}+${sums[from]})`;
        const left = Array.from({ length: count }, (_, i) => sums[i * stride]);
        expect(tree(left)).toBe(tree(numbered(0, shards)));
      }),
      { numRuns: 500 },
    );
  });

  it("gives every rank shards, one run behind the other, the longest not much longer than it must be", () => {
    fc.assert(
      fc.property(shardsAndRanks, ([shards, ranks]) => {
        const { subtrees } = planRanks(shards, ranks);
        expect(subtrees).toHaveLength(ranks);
        let at = 0;
        for (const own of subtrees) {
          expect(own.length).toBeGreaterThan(0);
          const begin = at;
          for (const { first, end } of own) {
            expect(first).toBe(at);
            at = end;
          }
          expect(at - begin).toBeLessThanOrEqual(1.15 * Math.ceil(shards / ranks));
        }
        expect(at).toBe(shards);
      }),
      { numRuns: 500 },
    );
  });

  it("lets each of a power of two of ranks send one sum", () => {
    for (const ranks of [1, 2, 4, 8, 16]) {
      const { subtrees, additions, count } = planRanks(128, ranks);
      expect(subtrees.map((own) => own.length)).toEqual(Array.from({ length: ranks }, () => 1));
      expect(additions).toEqual([]);
      expect(count).toBe(ranks);
    }
  });

  it("leaves the whole tree to a run without ranks", () => {
    expect(ownSubtrees(13, undefined)).toEqual([{ first: 0, end: 13, place: 0 }]);
    expect(ownSubtrees(8, { rank: 1, ranks: 2 })).toEqual([{ first: 4, end: 8, place: 1 }]);
  });
});
