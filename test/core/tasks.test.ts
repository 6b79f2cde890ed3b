import { kernelsNamed, planTasks } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";

const { layout } = kernelsNamed("simd256");

describe("tasks", () => {
  it.each([1, 2, 3, 5, 8, 12, 16, 100])("are whole shards that cover the batch once, for %i threads", (threads) => {
    for (const [batchSize, shards] of [
      [128, 8],
      [60_000, 128],
      [1000, 13],
      [5, 8],
      [7, 1],
    ]) {
      const tasks = planTasks({ layers: [784, 10, 10], batchSize, shards }, threads, layout);
      const covered = tasks.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, i) => first + i));
      expect(covered).toEqual(Array.from({ length: shards }, (_, shard) => shard));
      for (const { blocks, first, end } of tasks) {
        expect(blocks[0].first).toBe(first);
        expect(blocks.at(-1)!.end).toBe(end);
        expect(blocks[0].slot).toBe(0);
      }
    }
  });

  it("are one for one thread, and enough of a large batch that threads are done at the same time", () => {
    const full = { layers: [784, 10, 10], batchSize: 60_000, shards: 128 };
    expect(planTasks(full, 1, layout)).toHaveLength(1);
    for (const threads of [2, 12, 14, 16]) {
      const { length } = planTasks(full, threads, layout);
      expect((Math.ceil(length / threads) * threads) / length).toBeLessThan(1.1);
    }
  });

  it("are as few as threads need where partial sums are large", () => {
    const wide = { layers: [784, 2048, 2048, 10], batchSize: 60_000, shards: 128 };
    expect(planTasks(wide, 2, layout)).toHaveLength(2);
    expect(planTasks(wide, 3, layout)).toHaveLength(4);
  });
});
