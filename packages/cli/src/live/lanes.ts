/** Selects what the page shows of the threads: from time to time one whole step, and how busy each thread is. */
import type { Span } from "@scratch-nn/parallel";
import type { LaneSpan, StepLanes } from "@scratch-nn/server";

const WORK: ReadonlySet<LaneSpan["kind"]> = new Set(["task", "load", "update", "validation"]);
/** Time between two steps that are shown. */
const SHOW_MILLISECONDS = 250;
/** How long a recomputed step stays visible. */
const STAY_MILLISECONDS = 5000;
/** Limit per step; a large batch has many tasks. */
const MOST_SPANS = 1024;

export class Lanes {
  readonly #threads: number;
  readonly #batchesPerEpoch: number;
  /** Spans of the last steps, and of one that is recomputed. */
  readonly #steps = new Map<number, Span[]>();
  /** Milliseconds per thread since the last picture: of work, and of all spans. */
  #work: number[] = [];
  #all: number[] = [];
  #again: number | undefined;
  #next = 0;

  constructor(threads: number, batchesPerEpoch: number) {
    this.#threads = threads;
    this.#batchesPerEpoch = batchesPerEpoch;
    this.#rest();
  }

  /** Notes that the step lost a worker; the step is shown once it is complete. */
  noteLoss(epoch: number, step: number): void {
    this.#again = (epoch - 1) * this.#batchesPerEpoch + step;
  }

  /** @returns a step to show, where one is due */
  note(spans: readonly Span[], now: number): StepLanes | undefined {
    const newest = spans.reduce((most, { step }) => Math.max(most, step), 0);
    for (const span of spans) {
      const { thread, kind, from, to, step } = span;
      this.#all[thread] += to - from;
      if (WORK.has(kind)) this.#work[thread] += to - from;
      if (step >= newest - 1 || step === this.#again) this.#keep(span);
    }
    // A step is complete when there are spans of a later one.
    const again = this.#again !== undefined && this.#again < newest ? this.#again : undefined;
    const shown = again ?? newest - 1;
    const whole = this.#steps.get(shown);
    for (const step of this.#steps.keys()) if (step < newest && step !== this.#again) this.#steps.delete(step);
    if (whole === undefined || (again === undefined && now < this.#next)) return undefined;
    if (again !== undefined) this.#again = undefined;
    this.#next = now + (again === undefined ? SHOW_MILLISECONDS : STAY_MILLISECONDS);
    return this.#lanesOf(shown, whole, again !== undefined);
  }

  #keep(span: Span): void {
    const kept = this.#steps.get(span.step);
    if (kept === undefined) this.#steps.set(span.step, [span]);
    else if (kept.length < MOST_SPANS) kept.push(span);
  }

  #lanesOf(step: number, spans: readonly Span[], isAgain: boolean): StepLanes {
    const threads = Array.from({ length: this.#threads }, (_, thread) =>
      spans.filter((span) => span.thread === thread).map(rounded),
    );
    const busy = this.#work.map((work, thread) => Math.min(1, work / Math.max(this.#all[thread], 1e-9)));
    this.#rest();
    const epoch = Math.ceil(step / this.#batchesPerEpoch);
    return { epoch, step: step - (epoch - 1) * this.#batchesPerEpoch, isAgain, threads, busy };
  }

  #rest(): void {
    this.#work = Array.from({ length: this.#threads }, () => 0);
    this.#all = Array.from({ length: this.#threads }, () => 0);
  }
}

/** Rounds to microseconds: invisible digits would make up most of the message. */
function rounded({ kind, from, to, first, end }: LaneSpan): LaneSpan {
  const place = first === undefined || end === undefined ? {} : { first, end };
  return { kind, from: Math.round(from * 1000) / 1000, to: Math.round(to * 1000) / 1000, ...place };
}
