import type { Worker } from "node:worker_threads";
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { LANE_BYTES, LaneReader, monotonic, ThreadLane } from "@scratch-nn/parallel/engine";
import { describe, expect, it, onTestFinished } from "vitest";
import { someExamples } from "../support/examples.ts";
import {
  CLOCKS,
  expectCausesBeforeEffects,
  expectLanesWithoutGaps,
  expectTimesToAddUp,
  lanesOf,
  numbersDone,
} from "../support/lanes.ts";
import { whenBegun } from "../support/when-begun.ts";

const LAYERS = [60, 40, 4];
const examples = someExamples(60, 500, 4, "bytes");
const validation = someExamples(60, 300, 4, "floats", 2);
const OPTIONS = { epochs: 6, batchSize: 120, shards: 12, validation, optimizer: { name: "adam" } } as const;
const STEPS = 6 * 5;
const upTo = (end: number): number[] => Array.from({ length: end }, (_, i) => i);
const steps = upTo(STEPS).map((i) => i + 1);

const alone = core.createNetwork({ layers: LAYERS });
const expected = core.fit(alone, examples, OPTIONS);

interface Recorded {
  readonly spans: parallel.Span[];
  readonly calls: number;
}

/** Trains with spans recorded, and expects the bits of a run without. */
async function record(threads: Partial<parallel.ParallelFitOptions> & { readonly workers: number }): Promise<Recorded> {
  const network = core.createNetwork({ layers: LAYERS });
  const begun = whenBegun(threads.workers - 1);
  const spans: parallel.Span[] = [];
  let calls = 0;
  const start = performance.now();
  const result = await parallel.fit(network, examples, {
    ...OPTIONS,
    cores: threads.workers,
    onEpoch: ({ epoch }) => (epoch === 1 ? begun() : undefined),
    ...threads,
    onSpans(more, dropped) {
      calls++;
      expect(dropped).toBe(0);
      spans.push(...more);
    },
  });
  const milliseconds = performance.now() - start;
  expect(result).toEqual(expected);
  expect(network.parameters).toEqual(alone.parameters);
  expect(calls).toBeLessThanOrEqual(1 + milliseconds / 100);
  // Main's lane extends from the beginning to the end.
  const [main] = lanesOf(spans);
  expect(main?.[0].from).toBe(0);
  expect(main?.at(-1)?.to).toBeLessThanOrEqual(milliseconds);
  return { spans, calls };
}

/** Expects the spans to contain all shards and slices of all steps, and the whole validation. */
function expectAllWork(spans: readonly parallel.Span[], slices: number): void {
  expect(numbersDone(spans, "task")).toEqual(new Map(steps.map((step) => [step, upTo(12)])));
  expect(numbersDone(spans, "update")).toEqual(new Map(steps.map((step) => [step, upTo(slices)])));
  const [, shards] = [...numbersDone(spans, "validation")][0];
  const ends = steps.filter((step) => step % 5 === 0);
  expect(numbersDone(spans, "validation")).toEqual(new Map(ends.map((step) => [step, upTo(shards.length)])));
}

describe("spans", () => {
  it.each([
    ["by main alone", "main", 1],
    ["in slices", "slices", 3],
  ] as const)("of three threads that update %s leave no gap and miss nothing", async (_, update, slices) => {
    const { spans } = await record({ workers: 3, threadsAtWork: 3, update });
    expect(lanesOf(spans)).toHaveLength(3);
    expectLanesWithoutGaps(spans);
    expectTimesToAddUp(spans);
    expectCausesBeforeEffects(spans);
    expectAllWork(spans, slices);
    for (const span of spans) {
      if (span.kind !== "update") continue;
      expect(span.summing).toBeGreaterThan(0);
      expect(span.summing).toBeLessThan(span.to - span.from);
    }
  });

  it("of steps that are cut by units leave no gap, and their tasks have no shards", async () => {
    // One thread alone cuts its steps by columns.
    const isByUnits = (step: number): boolean => step % 4 !== 0;
    const threadsAtWork = (done: number): number => (isByUnits(done + 1) ? 2 + (done % 2) : 1);
    const { spans } = await record({ workers: 3, threadsAtWork, update: "units" });
    expect(lanesOf(spans)).toHaveLength(3);
    expectLanesWithoutGaps(spans);
    expectTimesToAddUp(spans);
    const tasks = spans.filter(({ kind }) => kind === "task");
    const byUnits = tasks.filter(({ step }) => isByUnits(step));
    expect(new Set(byUnits.map(({ step }) => step))).toEqual(new Set(steps.filter(isByUnits)));
    expect(byUnits.filter((span) => "first" in span || "end" in span)).toEqual([]);
    // Nothing of a step begins before everything of the step before it.
    const ofSteps = steps.map((step) => tasks.filter((span) => span.step === step).map(({ from }) => from));
    for (const [i, begins] of ofSteps.entries()) {
      if (i > 0) expect(Math.min(...begins)).toBeGreaterThan(Math.max(...ofSteps[i - 1]) - CLOCKS);
    }
    // Their items update the parameters, so only the other steps have an update.
    const others = steps.filter((step) => !isByUnits(step));
    expect(numbersDone(spans, "update")).toEqual(new Map(others.map((step) => [step, [0]])));
    const byColumns = tasks.filter(({ step }) => !isByUnits(step));
    expect(numbersDone(byColumns, "task")).toEqual(new Map(others.map((step) => [step, upTo(12)])));
    expect([...numbersDone(spans, "validation").keys()]).toEqual(steps.filter((step) => step % 5 === 0));
  });

  it("of threads that do not always take part are waits meanwhile", async () => {
    const { spans } = await record({ workers: 3, threadsAtWork: (step) => (step < 20 ? 1 + (step % 2) : 3) });
    expectLanesWithoutGaps(spans);
    expectTimesToAddUp(spans);
    const [, , last] = lanesOf(spans);
    expect(last?.filter(({ kind, step }) => kind !== "wait" && step <= 19)).toEqual([]);
  });

  it("of one thread are main's, with parallel's fit and with core's", async () => {
    const { spans } = await record({ workers: 1 });
    const network = core.createNetwork({ layers: LAYERS });
    const own: parallel.Span[] = [];
    const result = await parallel.fitAlone(network, examples, { ...OPTIONS, onSpans: (more) => own.push(...more) });
    expect(result).toEqual(expected);
    expect(network.parameters).toEqual(alone.parameters);
    for (const lane of [spans, own]) {
      expect(lanesOf(lane)).toHaveLength(1);
      expectLanesWithoutGaps(lane);
      expectTimesToAddUp(lane);
      expectAllWork(lane, 1);
    }
  });

  it("of a worker that is lost end with it, and its lane goes on with the next", async () => {
    const threads: Worker[] = [];
    const watch = (worker: Worker): unknown => threads.push(worker);
    process.on("worker", watch);
    onTestFinished(() => {
      process.off("worker", watch);
    });
    const network = core.createNetwork({ layers: LAYERS });
    const spans: parallel.Span[] = [];
    const enough = new AbortController();
    const start = performance.now();
    let killed = false;
    let lost = Number.POSITIVE_INFINITY;
    const isAtWork = (since: number): boolean =>
      spans.some(({ thread, kind, from }) => thread === 2 && kind === "task" && from > since);
    const result = await parallel.fit(network, examples, {
      ...OPTIONS,
      epochs: 1_000_000,
      workers: 3,
      cores: 3,
      threadsAtWork: 3,
      signal: enough.signal,
      onSpans: (more) => spans.push(...more),
      onRetry: ({ worker, isReplaced }) => {
        expect({ worker, isReplaced }).toEqual({ worker: 2, isReplaced: true });
        lost = performance.now() - start;
      },
      async onEpoch({ epoch }) {
        if (epoch % 20 !== 0) return;
        if (!killed && isAtWork(0)) {
          killed = true;
          await threads[1].terminate();
        }
        if (isAtWork(lost)) enough.abort();
      },
    });
    const undisturbed = core.createNetwork({ layers: LAYERS });
    core.fit(undisturbed, examples, { ...OPTIONS, epochs: result.epochs.length });
    expect(network.parameters).toEqual(undisturbed.parameters);
    expectLanesWithoutGaps(spans, [2]);
    expectTimesToAddUp(spans);
    expectCausesBeforeEffects(spans);
    expect([...numbersDone(spans, "task").keys()]).toEqual(upTo(result.steps).map((i) => i + 1));
  });

  it("are told to the last, with an error where there is one, when the run fails", async () => {
    const spans: parallel.Span[] = [];
    const fails = parallel.fit(core.createNetwork({ layers: LAYERS }), examples, {
      ...OPTIONS,
      workers: 2,
      cores: 2,
      onSpans: (more) => spans.push(...more),
      onEpoch() {
        throw new Error("enough");
      },
    });
    await expect(fails).rejects.toThrow("enough");
    expectLanesWithoutGaps(spans);
    expect([...numbersDone(spans, "task").keys()]).toEqual([1, 2, 3, 4, 5]);
    const refuses = parallel.fit(core.createNetwork({ layers: LAYERS }), examples, {
      ...OPTIONS,
      workers: 2,
      cores: 2,
      onSpans() {
        throw new Error("no room");
      },
    });
    await expect(refuses).rejects.toThrow("no room");
  });
});

describe("a lane", () => {
  it("keeps the first spans where nobody reads them, and counts the others", () => {
    const place = { buffer: new SharedArrayBuffer(2 * LANE_BYTES), zero: monotonic() };
    const lane = new ThreadLane(place, 1);
    const reader = new LaneReader(place, 1);
    const spans: parallel.Span[] = [];
    const read = (): unknown => reader.read((span) => spans.push(span));
    lane.begin("wait", 1);
    let begun = 0;
    while (!reader.isHalfFull) lane.begin("task", 1, begun, ++begun);
    for (let i = 0; i < 2 * begun; i++) lane.begin("task", 2, i, i + 1);
    read();
    const kept = spans.length;
    expect(kept).toBeLessThan(3 * begun);
    expect(reader.readDropped()).toBe(3 * begun - kept);
    expectLanesWithoutGaps(spans);
    for (let i = 0; i < begun; i++) lane.begin("task", 3, i, i + 1);
    read();
    expect(reader.readDropped()).toBe(0);
    // The last span of step 2 was still open before, and the last of step 3 is open now.
    expect(spans.slice(kept).map(({ step }) => step)).toEqual([2, ...Array(begun - 1).fill(3)]);
    reader.close(lane.now(), (span) => spans.push(span));
    expect(spans.at(-1)).toMatchObject({ thread: 1, kind: "task", step: 3, first: begun - 1, end: begun });
  });
});
