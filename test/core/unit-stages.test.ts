import { kernelsNamed, MOST_COLUMNS, planStages, type UnitItem, type UnitPlan } from "@scratch-nn/core/engine";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const { layout } = kernelsNamed("simd256");
const { units: PANEL } = layout.panels!;

type Kind = UnitItem["kind"];
type ItemOf<K extends Kind> = Extract<UnitItem, { readonly kind: K }>;
type Run = { readonly first: number; readonly end: number };

const upTo = (end: number): number[] => Array.from({ length: end }, (_, i) => i);
const panelsOf = (units: number): number => Math.ceil(units / PANEL);

/** The items of a kind, of one layer where they have layers. */
function itemsOf<K extends Kind>({ stages }: Pick<UnitPlan, "stages">, kind: K, layer?: number): ItemOf<K>[] {
  const isWanted = (item: UnitItem): item is ItemOf<K> =>
    item.kind === kind && (layer === undefined || ("layer" in item && item.layer === layer));
  return stages.flat().filter(isWanted);
}

/** The one stage that has such items. */
function stageOf({ stages }: UnitPlan, kind: Kind, layer?: number): number {
  const found = upTo(stages.length).filter((i) => itemsOf({ stages: [stages[i]] }, kind, layer).length > 0);
  expect(found, `stages of ${kind} ${layer}`).toHaveLength(1);
  return found[0];
}

/** Expects runs to cover each number from 0 to below `count` exactly once. */
function expectToCover(runs: readonly Run[], count: number): void {
  const inOrder = runs.toSorted((a, b) => a.first - b.first);
  expect(inOrder.filter(({ first, end }) => first >= end)).toEqual([]);
  expect(inOrder.map(({ first }) => first)).toEqual([0, ...inOrder.slice(0, -1).map(({ end }) => end)]);
  expect(inOrder.at(-1)?.end).toBe(count);
}

/** Expects pairs of runs to cover each pair of numbers exactly once. */
function expectToCoverPairs(pairs: readonly (readonly [a: Run, b: Run])[], counts: readonly [number, number]): void {
  const times = new Uint8Array(counts[0] * counts[1]);
  for (const [a, b] of pairs) {
    expect(Math.min(a.end - a.first, b.end - b.first)).toBeGreaterThan(0);
    expect(a.end).toBeLessThanOrEqual(counts[0]);
    expect(b.end).toBeLessThanOrEqual(counts[1]);
    for (let i = a.first; i < a.end; i++) for (let j = b.first; j < b.end; j++) times[i * counts[1] + j]++;
  }
  expect(times.every((each) => each === 1)).toBe(true);
}

const units = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 300 }));
const shapes = fc
  .record({
    inputs: units,
    // Networks whose first layer is narrower are cut by columns.
    hidden: fc
      .array(units, { minLength: 1, maxLength: 4 })
      .map(([first, ...rest]) => [Math.max(PANEL, first), ...rest]),
    outputs: units,
    batchSize: fc.integer({ min: 1, max: MOST_COLUMNS }),
    threads: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 64 })),
  })
  .map(({ inputs, hidden, outputs, batchSize, threads }) => ({
    layers: [inputs, ...hidden, outputs],
    batchSize,
    threads,
  }));

/** Checks the plans of many shapes. */
function forPlans(check: (plan: UnitPlan, layers: readonly number[], batchSize: number) => void): void {
  fc.assert(
    fc.property(shapes, ({ layers, batchSize, threads }) =>
      check(planStages({ layers, batchSize }, threads, layout), layers, batchSize),
    ),
    { numRuns: 100 },
  );
}

describe("the stages of a step", () => {
  it("cover each column, panel and range of inputs of a layer once", () => {
    forPlans((plan, layers, batchSize) => {
      const L = layers.length - 1;
      const columnsOf = ({ columns }: { readonly columns: Run }): Run => columns;
      expectToCover(itemsOf(plan, "gather").map(columnsOf), batchSize);
      expectToCover(
        itemsOf(plan, "map").map(({ panels }) => panels),
        panelsOf(layers[0]),
      );
      expectToCover(itemsOf(plan, "output").map(columnsOf), batchSize);
      for (let l = 1; l <= L; l++) {
        const panels = panelsOf(layers[l]);
        const inputs = panelsOf(layers[l - 1]);
        expectToCoverPairs(
          itemsOf(plan, "gradient", l).map((item) => [item.panels, item.inputs]),
          [panels, inputs],
        );
        if (l < L) {
          expectToCoverPairs(
            itemsOf(plan, "forward", l).map((item) => [item.panels, item.columns]),
            [panels, batchSize],
          );
        }
        if (l > 1 && l < L) {
          expectToCoverPairs(
            itemsOf(plan, "errors", l).map((item) => [item.panels, item.columns]),
            [inputs, batchSize],
          );
        }
        if (l > 1) {
          expectToCover(
            itemsOf(plan, "transpose", l).map((item) => item.panels),
            panels,
          );
        }
      }
      // There is nothing else: the last layer has its forward pass and its errors in the output items.
      for (const l of [0, L, L + 1]) {
        expect(itemsOf(plan, "forward", l)).toEqual([]);
        expect(itemsOf(plan, "errors", l)).toEqual([]);
      }
      for (const l of [0, 1, L + 1]) expect(itemsOf(plan, "transpose", l)).toEqual([]);
      for (const l of [0, L + 1]) expect(itemsOf(plan, "gradient", l)).toEqual([]);
      expect(plan.stages.filter((items) => items.length === 0)).toEqual([]);
    });
  });

  it("begin columns where the kernels can", () => {
    forPlans(({ stages }) => {
      for (const item of stages.flat()) if ("columns" in item) expect(item.columns.first % 4).toBe(0);
    });
  });

  it("compute before what they read, and update W and its transpose once nobody of the step reads the old ones", () => {
    forPlans((plan, { length }) => {
      const L = length - 1;
      const { output } = plan;
      /** The stage that computes dZ[l]. */
      const errorsOf = (l: number): number => (l >= L - 1 ? output : stageOf(plan, "errors", l + 1));
      expect(stageOf(plan, "output")).toBe(output);
      expect(stageOf(plan, "gather")).toBe(0);
      expect(stageOf(plan, "map")).toBeGreaterThan(0);
      expect(stageOf(plan, "map")).toBeLessThan(stageOf(plan, "gradient", 1));
      for (let l = 1; l < L; l++) {
        const forward = stageOf(plan, "forward", l);
        expect(forward).toBeGreaterThan(l === 1 ? 0 : stageOf(plan, "forward", l - 1));
        expect(forward).toBeLessThan(output);
        if (l > 1) expect(stageOf(plan, "errors", l)).toBeGreaterThan(errorsOf(l));
      }
      for (let l = 1; l <= L; l++) {
        const gradient = stageOf(plan, "gradient", l);
        expect(gradient).toBeGreaterThan(errorsOf(l));
        // Only stages after the output's change parameters.
        expect(gradient).toBeGreaterThan(output);
        if (l === 1) continue;
        const transpose = stageOf(plan, "transpose", l);
        expect(transpose).toBeGreaterThan(gradient);
        expect(transpose).toBeGreaterThan(l === L ? output : stageOf(plan, "errors", l));
      }
    });
  });

  it("number the gradient items from 0 on", () => {
    forPlans((plan) => {
      const indices = itemsOf(plan, "gradient").map(({ index }) => index);
      expect(indices.toSorted((a, b) => a - b)).toEqual(upTo(plan.gradients));
    });
  });
});
