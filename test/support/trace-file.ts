/**
 * Checks traces: the rules of the Chrome trace-event format that viewers rely on, and the properties of a training's
 * trace.
 */
import type { Span } from "@scratch-nn/parallel";
import { expect } from "vitest";
import { expectTimesToAddUp, lanesOf } from "./lanes.ts";

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly s: string;
  readonly args: Record<string, unknown>;
}

const NAMES = ["task", "load", "reduce", "update", "wait", "validation", "report"];
const nanoseconds = (microseconds: number): number => Math.round(microseconds * 1e3);

function isWell({ name, ph, pid, tid, ts, dur, s, args }: TraceEvent): boolean {
  if (typeof name !== "string" || pid !== 1 || !Number.isInteger(tid)) return false;
  if (ph === "M") return true;
  if (!(ts >= 0)) return false;
  if (ph === "X") return NAMES.includes(name) && dur >= 0;
  return ph === "i" ? s === "t" : ph === "C" && Object.values(args).every(Number.isFinite);
}

/** @returns the events with a timestamp */
export function expectTrace(text: string): TraceEvent[] {
  const { traceEvents } = JSON.parse(text) as { traceEvents: TraceEvent[] };
  const names = traceEvents.filter(({ ph, name }) => ph === "M" && name === "thread_name");
  const isNamed = new Set(names.map(({ tid }) => tid));
  const timed = traceEvents.filter(({ ph }) => ph !== "M");
  expect(traceEvents.filter((event) => !isWell(event) || !isNamed.has(event.tid))).toEqual([]);
  expect(timed.filter(({ ts }, i) => i > 0 && ts < timed[i - 1].ts)).toEqual([]);
  const spans = spansOf(timed);
  for (const lane of lanesOf(spans)) {
    expect((lane ?? []).filter(({ from }, i) => i > 0 && from < lane![i - 1].to)).toEqual([]);
  }
  expectTimesToAddUp(spans);
  return timed;
}

function spansOf(events: readonly TraceEvent[]): Span[] {
  return events.flatMap(({ name, ph, tid, ts, dur, args }) => {
    if (ph !== "X") return [];
    const [from, to] = [nanoseconds(ts) / 1e6, (nanoseconds(ts) + nanoseconds(dur)) / 1e6];
    return [{ thread: tid, kind: name as Span["kind"], step: args["step"] as number, from, to }];
  });
}
