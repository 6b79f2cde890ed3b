import * as core from "@scratch-nn/core";
import {
  bitsOf,
  DEFAULTS,
  LAYERS,
  numbersOf,
  orderDone,
  planOf,
  RANGES,
  type StepSettings,
  scheduleOf,
  sumInOrder,
  sumsByWorkers,
  turnsOf,
} from "@scratch-nn/web";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const settings = fc.record({
  m: fc.integer(RANGES.m),
  shards: fc.integer(RANGES.shards),
  workers: fc.integer(RANGES.workers),
  update: fc.constantFrom("slices" as const, "main" as const),
  timing: fc.integer(RANGES.timing),
  loses: fc.boolean(),
}) satisfies fc.Arbitrary<StepSettings>;

describe("a step's picture", () => {
  it("has the sums of the engine: the root is what any number of workers makes, bit by bit", () => {
    fc.assert(
      fc.property(settings, (given) => {
        const { nodes, plan } = numbersOf(given);
        expect(nodes).toHaveLength(2 * given.shards - 1);
        const root = nodes.at(-1)!;
        expect([root.first, root.end]).toEqual([0, given.shards]);
        for (const sum of sumsByWorkers(given)) expect(sum).toEqual(root.sum);
        for (const { first, end } of plan.tasks) {
          expect(nodes.filter((node) => node.first === first && node.end === end)).toHaveLength(1);
        }
      }),
      { numRuns: 10 },
    );
  });

  it("ends in the weights that fit gives, whoever updates", () => {
    for (const update of ["slices", "main"] as const) {
      const given = { ...DEFAULTS, workers: 4, update };
      const { before, after, plan, examples, alpha } = numbersOf(given);
      const network = core.networkOf(LAYERS, before.activation, before.parameters.slice());
      core.fit(network, examples, { epochs: 1, learningRate: alpha, shards: given.shards });
      expect(after).toEqual(network.parameters);
      expect(plan.slices.length > 1).toBe(update === "slices");
    }
  });

  it("shows that sums in the order of arrival have other bits, and that timing changes them", () => {
    const bits = Array.from({ length: 8 }, (_, i) => {
      const given = { ...DEFAULTS, workers: 4, timing: i + 1 };
      const { nodes, plan } = numbersOf(given);
      const sum = sumInOrder(plan.tasks, orderDone(turnsOf(given, plan.tasks, plan.threads)), nodes);
      return Array.from(sum, bitsOf).join();
    });
    expect(new Set(bits).size).toBeGreaterThan(1);
  });
});

describe("who takes which task", () => {
  it("each task is taken once, one at a time by a worker, from its own run while there is something in it", () => {
    fc.assert(
      fc.property(settings, (given) => {
        const { tasks, threads } = planOf(given);
        const turns = turnsOf(given, tasks, threads);
        expect(turns.map(({ task }) => task).toSorted((a, b) => a - b)).toEqual(tasks.map((_, t) => t));
        expect(orderDone(turns).toSorted((a, b) => a - b)).toEqual(tasks.map((_, t) => t));
        for (let worker = 0; worker < threads; worker++) {
          const own = turns.filter((turn) => turn.worker === worker);
          for (const [i, { from, to, owner }] of own.entries()) {
            expect(to).toBeGreaterThan(from);
            expect(from).toBe(i === 0 ? 0 : own[i - 1].to);
            // A worker steals only once its own run is empty.
            if (owner !== worker) {
              const late = turns.filter((turn) => turn.owner === worker && turn.from > from);
              expect(late).toEqual([]);
            }
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("a lost worker's step is done again, by all: what was begun before is for nothing, and every task is taken once more", () => {
    fc.assert(
      fc.property(settings, (given) => {
        const { tasks, threads } = planOf(given);
        const { turns, loss } = scheduleOf({ ...given, loses: true }, tasks, threads);
        expect(turns.map(({ task }) => task).toSorted((a, b) => a - b)).toEqual(tasks.map((_, t) => t));
        expect(loss === undefined).toBe(threads === 1);
        if (loss === undefined) return;
        expect(loss.worker).toBeGreaterThan(0);
        const at = loss.turns.filter(
          ({ worker, from, to }) => worker === loss.worker && from < loss.at && loss.at < to,
        );
        expect(at).toHaveLength(1);
        expect(Math.min(...turns.map(({ from }) => from))).toBe(loss.again);
        expect(loss.again).toBeGreaterThan(loss.at);
      }),
      { numRuns: 50 },
    );
  });

  it("workers of uneven speed take others' tasks", () => {
    const { tasks, threads } = planOf({ ...DEFAULTS, workers: 3 });
    const stolen = turnsOf({ ...DEFAULTS, workers: 3 }, tasks, threads).filter(({ owner, worker }) => owner !== worker);
    expect(stolen.length).toBeGreaterThan(0);
  });
});
