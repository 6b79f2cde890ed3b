/** Checks that hold for the spans of any run. */
import type { Span } from "@scratch-nn/parallel";
import { expect } from "vitest";

/** The most milliseconds by which two threads' clocks differ. A thread that waits for another is later by more. */
export const CLOCKS = 0.02;

/** The spans of each thread, by thread number. */
export function lanesOf(spans: readonly Span[]): (Span[] | undefined)[] {
  const lanes: Span[][] = [];
  for (const span of spans) {
    lanes[span.thread] ??= [];
    lanes[span.thread].push(span);
  }
  return lanes;
}

/** Expects each lane's spans to be contiguous, except for one gap for each time that its thread was replaced. */
export function expectLanesWithoutGaps(spans: readonly Span[], replaced: readonly number[] = []): void {
  for (const lane of lanesOf(spans)) {
    if (lane === undefined) continue;
    const [{ thread }] = lane;
    const gaps = lane.filter(({ from }, i) => i > 0 && from !== lane[i - 1].to);
    expect(gaps.length).toBe(replaced.filter((each) => each === thread).length);
    expect(lane.filter(({ from, to }) => to < from)).toEqual([]);
    for (const gap of gaps) expect(gap.from).toBeGreaterThan(lane[lane.indexOf(gap) - 1].to);
  }
}

/** Expects the spans of every thread that is present for a whole step of main to add up to the step's duration. */
export function expectTimesToAddUp(spans: readonly Span[]): void {
  const [main = [], ...workers] = lanesOf(spans);
  const steps = new Map<number, { from: number; to: number }>();
  for (const { step, from, to } of main) steps.set(step, { from: steps.get(step)?.from ?? from, to });
  expect(steps.size).toBeGreaterThan(0);
  for (const lane of workers) {
    if (lane === undefined) continue;
    const absences = lane.flatMap(({ from }, i) =>
      i > 0 && lane[i - 1].to < from ? [{ from: lane[i - 1].to, to: from }] : [],
    );
    let at = 0;
    let worst = 0;
    for (const { from, to } of steps.values()) {
      const isThere = lane[0].from <= from && lane.at(-1)!.to >= to;
      if (!isThere || absences.some((absence) => absence.from < to && absence.to > from)) continue;
      while (lane[at].to <= from) at++;
      let within = 0;
      for (let i = at; i < lane.length && lane[i].from < to; i++) {
        within += Math.min(to, lane[i].to) - Math.max(from, lane[i].from);
      }
      worst = Math.max(worst, Math.abs(within - (to - from)));
    }
    expect(worst).toBeLessThan(1e-6);
  }
}

/** The numbers in [first, end) of the spans of a kind, for all threads together: sorted, by step in order. */
export function numbersDone(spans: readonly Span[], kind: Span["kind"]): Map<number, number[]> {
  const done = new Map<number, Set<number>>();
  for (const span of spans) {
    if (span.kind !== kind) continue;
    const numbers = done.get(span.step) ?? new Set();
    for (let i = span.first!; i < span.end!; i++) numbers.add(i);
    done.set(span.step, numbers);
  }
  const inOrder = [...done].sort(([a], [b]) => a - b);
  return new Map(inOrder.map(([step, numbers]) => [step, [...numbers].sort((a, b) => a - b)]));
}

/** Expects every update of a slice to begin after all tasks of its step have begun, and before any of the next step. */
export function expectCausesBeforeEffects(spans: readonly Span[]): void {
  const begins = (kind: Span["kind"]) => {
    const times = new Map<number, number[]>();
    for (const span of spans) {
      if (span.kind === kind) times.set(span.step, [...(times.get(span.step) ?? []), span.from]);
    }
    return times;
  };
  const tasks = begins("task");
  for (const [step, updates] of begins("update")) {
    expect(Math.min(...updates)).toBeGreaterThan(Math.max(...tasks.get(step)!) - CLOCKS);
    const next = tasks.get(step + 1);
    if (next !== undefined) expect(Math.min(...next)).toBeGreaterThan(Math.max(...updates) - CLOCKS);
  }
}
