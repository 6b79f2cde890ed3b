import { describe, expect, it } from "vitest";
import { termOf } from "../../bench/reduce/memory.ts";
import { ReduceTeam } from "../../bench/reduce/team.ts";
import { measureReduce, type ReduceFigures } from "../../bench/suites/reduce.ts";

/** The sum of three terms along the tree, which adds neighbours first. */
const sumOfThree = (i: number): number => Math.fround(Math.fround(termOf(0, i) + termOf(1, i)) + termOf(2, i));

describe("the all-reduce that is measured", () => {
  it("sums along the tree, in three threads as by hand, whatever the size is divided by", async () => {
    const team = await ReduceTeam.start(3, 1000);
    try {
      for (const count of [1, 17, 48, 1000]) {
        team.write(count);
        team.memory.sum.fill(Number.NaN);
        expect(team.sum(count)).toBeGreaterThan(0);
        expect([...team.memory.sum.subarray(0, count)]).toEqual(Array.from({ length: count }, (_, i) => sumOfThree(i)));
        expect(team.isExact(count)).toBe(true);
      }
      team.memory.sum[999] = Math.fround(team.memory.sum[999] * (1 + 2 ** -23));
      expect(team.isExact(1000)).toBe(false);
    } finally {
      await team.end();
    }
  });

  it("keeps each round's median, for every size and number of threads", async () => {
    const seen: ReduceFigures[] = [];
    const context = { workers: [1, 2], rounds: 2, isQuick: true, signal: new AbortController().signal };
    await measureReduce(
      [0, 1024],
      context,
      (figures) => seen.push(figures),
      () => {},
    );
    expect(seen.map(({ bytes, threads }) => [bytes, threads])).toEqual([
      [0, 1],
      [0, 2],
      [1024, 1],
      [1024, 2],
    ]);
    for (const { times, medians, isSame } of seen) {
      expect(medians).toHaveLength(2);
      expect(Math.min(...times)).toBeLessThanOrEqual(Math.min(...medians));
      expect(Math.max(...times)).toBeGreaterThanOrEqual(Math.max(...medians));
      expect(isSame).toBe(true);
    }
  });
});
