/**
 * Writes the activity of a run's threads in the Chrome trace-event format, for ui.perfetto.dev and chrome://tracing:
 * "Trace Event Format", Duffy and others, Google, 2016.
 */
import type { EpochReport } from "@scratch-nn/core";
import type { Retry, Span } from "@scratch-nn/parallel";
import { KeptSpans } from "./kept-spans.ts";

const PROCESS = 1;
/** The largest number of epochs shown; of more, every second, fourth, eighth ... is shown. */
const MOST_EPOCHS = 4096;
/** The largest number of lost threads shown, the first ones. */
const MOST_LOSSES = 1000;

const OPENING = '{"traceEvents":[';

interface TraceEvent {
  readonly name: string;
  readonly ph: "M" | "X" | "C" | "i";
  /** Microseconds since the training began. */
  readonly ts?: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly s?: "t";
  readonly cat?: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

interface Moment {
  readonly name: string;
  readonly at: number;
  readonly thread: number;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A trace of bounded size, however long the run: see {@link KeptSpans}. */
export class Trace {
  readonly #spans: KeptSpans;
  readonly #start = performance.now();
  readonly #moments: Moment[] = [];
  /** Times of thread losses, until the replacement threads begin. */
  readonly #awaited = new Map<number, number>();
  #epochs: { readonly at: number; readonly report: EpochReport }[] = [];
  #stride = 1;
  #threads = 1;
  #dropped = 0;

  /** Create it when the training begins. @param spans selects the spans that are shown */
  constructor(spans = new KeptSpans()) {
    this.#spans = spans;
  }

  readonly onSpans = (spans: readonly Span[], dropped: number): void => {
    this.#dropped += dropped;
    this.#spans.add(spans);
    for (const { thread, from } of spans) {
      this.#threads = Math.max(this.#threads, thread + 1);
      const lost = this.#awaited.get(thread);
      if (lost === undefined || from < lost) continue;
      this.#awaited.delete(thread);
      this.#note({ name: `worker ${thread} replaced`, at: from, thread, args: {} });
    }
  };

  readonly onRetry = ({ worker, reason, epoch, step, isReplaced }: Retry): void => {
    const at = performance.now() - this.#start;
    this.#note({ name: `worker ${worker} lost`, at, thread: worker, args: { reason, epoch, step, isReplaced } });
    if (isReplaced) this.#awaited.set(worker, at);
  };

  readonly onEpoch = (report: EpochReport): void => {
    if (report.epoch % this.#stride !== 0) return;
    this.#epochs.push({ at: performance.now() - this.#start, report });
    if (this.#epochs.length < MOST_EPOCHS) return;
    this.#stride *= 2;
    this.#epochs = this.#epochs.filter(({ report: { epoch } }) => epoch % this.#stride === 0);
  };

  /** @returns the bytes of the file, in parts */
  encode(): Uint8Array[] {
    const named: TraceEvent[] = [PROCESS_NAME];
    for (let thread = 0; thread < this.#threads; thread++) {
      named.push(metadata("thread_name", thread, { name: thread === 0 ? "main" : `worker ${thread}` }));
      named.push(metadata("thread_sort_index", thread, { sort_index: thread }));
    }
    const timed = [
      ...this.#spans.shown().flatMap(eventsOf),
      ...this.#moments.map(instantOf),
      ...this.#epochs.flatMap(({ at, report }) => countersOf(at, report)),
    ].sort((a, b) => a.ts! - b.ts! || a.tid - b.tid);
    const { left } = this.#spans;
    const shown =
      left === 0 ? "all steps" : "the first steps and the last; of the time between, epochs and lost workers only";
    const other = { shown, spansNotShown: left, spansNotRecorded: this.#dropped, epochsShown: `every ${this.#stride}` };
    const parts = [Buffer.from(OPENING)];
    const events = [...named, ...timed];
    for (let i = 0; i < events.length; i += 1000) {
      const some = events.slice(i, i + 1000).map((event) => JSON.stringify(event));
      parts.push(Buffer.from(`${i === 0 ? "\n" : ",\n"}${some.join(",\n")}`));
    }
    parts.push(Buffer.from(`\n],"displayTimeUnit":"ms","otherData":${JSON.stringify(other)}}\n`));
    return parts;
  }

  #note(moment: Moment): void {
    if (this.#moments.length < MOST_LOSSES) this.#moments.push(moment);
  }
}

function metadata(name: string, tid: number, args: Readonly<Record<string, unknown>>): TraceEvent {
  return { name, ph: "M", pid: PROCESS, tid, args };
}

const PROCESS_NAME = metadata("process_name", 0, { name: "scratch-nn train" });

/** The beginning of every trace that this program writes, and of no other program's. */
export const TRACE_BEGINNING = `${OPENING}\n${JSON.stringify(PROCESS_NAME)}`;

/** Microseconds, rounded to the nanosecond. */
const microseconds = (milliseconds: number): number => Math.round(milliseconds * 1e6) / 1e3;

/**
 * A slice alternates between summing and updating. The trace draws all of its summing first and then all of its
 * updating, to show the share of each.
 */
function eventsOf(span: Span): TraceEvent[] {
  const { kind, from, to, summing } = span;
  if (kind !== "update" || summing === undefined) return [eventOf(span, kind, from, to)];
  const between = Math.min(to, from + summing);
  return [eventOf(span, "reduce", from, between), eventOf(span, "update", between, to)];
}

function eventOf({ thread, step, first, end, kind }: Span, name: string, from: number, to: number): TraceEvent {
  const ts = microseconds(from);
  const what = kind === "update" ? "slices" : "shards";
  const range = first === undefined ? {} : { [what]: end === first + 1 ? `${first}` : `${first}..${end! - 1}` };
  const dur = microseconds(microseconds(to) / 1e3 - ts / 1e3);
  return { name, cat: "step", ph: "X", ts, dur, pid: PROCESS, tid: thread, args: { step, ...range } };
}

function instantOf({ name, at, thread, args }: Moment): TraceEvent {
  return { name, cat: "thread", ph: "i", s: "t", ts: microseconds(at), pid: PROCESS, tid: thread, args };
}

/** Leaves out numbers that JSON cannot represent. */
function countersOf(at: number, { epoch, loss, accuracy, validation }: EpochReport): TraceEvent[] {
  const counters = {
    epoch: { epoch },
    loss: { training: loss, validation: validation?.loss },
    accuracy: { training: accuracy, validation: validation?.accuracy },
  };
  return Object.entries(counters).flatMap(([name, values]) => {
    const args = Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
    if (Object.keys(args).length === 0) return [];
    return [{ name, ph: "C", ts: microseconds(at), pid: PROCESS, tid: 0, args } as const];
  });
}
