/**
 * Records what one thread does, as spans in a ring buffer in shared memory. Main reads it during the run.
 *
 *   thread    writes the next span into the slot after the one that ends, then HEAD += 1    -> "one more is complete"
 *   main      reads the slots from TAIL to HEAD, then TAIL := HEAD                          -> "these slots are free"
 *
 * The slot at HEAD holds the open span. If main is so late that no slot is free, the thread counts the span that ends
 * in DROPPED and reuses its slot. A thread that dies leaves an open span; main closes it once the thread is gone.
 */
import { ACTIVITIES, type Activity, type Kernels, type Lane } from "@scratch-nn/core/engine";

/** Spans that a thread's ring holds: a power of two, so that numbers may wrap around. */
const RING = 4096;
/** Words on two cache lines: the thread writes HEAD and DROPPED, main writes TAIL. */
const HEAD = 0;
const DROPPED = 1;
const TAIL = 16;
const WORDS = 32;
/** Fields of a slot. ACTIVITY is the activity's number, from 1; 0 means that no span is open. */
const ACTIVITY = 0;
const STEP = 1;
const FROM = 2;
const TO = 3;
const FIRST = 4;
const END = 5;
const SUMMING = 6;
const FIELDS = 8;

/** Bytes of one thread's ring. */
export const LANE_BYTES = 4 * WORDS + 8 * FIELDS * RING;

const NUMBERS = Object.fromEntries(ACTIVITIES.map((activity, i) => [activity, i + 1])) as Record<Activity, number>;

/** What a thread did in an interval of time. */
export interface Span {
  /** 0: the calling thread. */
  readonly thread: number;
  /** See core's Activity. `wait` also covers a thread that is not at work. */
  readonly kind: Activity;
  /** The current step, from 1, counted from the start of training; for a validation, the step before it. */
  readonly step: number;
  /** Milliseconds of the calling thread's performance clock since `fit` was called. */
  readonly from: number;
  readonly to: number;
  /** Shards of a task or a validation, slices of an update: [first, end). */
  readonly first?: number;
  readonly end?: number;
  /** Milliseconds of an update spent on adding partial sums. The rest is the update itself. */
  readonly summing?: number;
}

/** Milliseconds of a clock that all threads of a process share, for example Linux's CLOCK_MONOTONIC. */
export function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** How often both clocks are read. The closest pair of readings counts. */
const READINGS = 16;

/**
 * The offset of this thread's performance clock, which begins with the thread, to {@link monotonic}. Both clocks run at
 * the same rate. The error is below the time between two readings, a microsecond.
 */
function clockOffset(): number {
  let closest = Number.POSITIVE_INFINITY;
  let offset = 0;
  for (let i = 0; i < READINGS; i++) {
    const before = performance.now();
    const shared = monotonic();
    const after = performance.now();
    if (after - before >= closest) continue;
    closest = after - before;
    offset = shared - (before + after) / 2;
  }
  return offset;
}

/** The memory of a run's lanes, and the zero of their times. */
export interface LanePlace {
  /** [threads, LANE_BYTES] */
  readonly buffer: SharedArrayBuffer;
  /** A reading of {@link monotonic}. */
  readonly zero: number;
}

interface Ring {
  readonly words: Int32Array;
  readonly slots: Float64Array;
}

function ringOf({ buffer }: LanePlace, thread: number): Ring {
  const at = thread * LANE_BYTES;
  return {
    words: new Int32Array(buffer, at, WORDS),
    slots: new Float64Array(buffer, at + 4 * WORDS, FIELDS * RING),
  };
}

const slotAt = (number: number): number => (number & (RING - 1)) * FIELDS;

/** The thread's side of its ring. A thread that begins again continues with the span that it left open. */
export class ThreadLane implements Lane {
  readonly #words: Int32Array;
  readonly #slots: Float64Array;
  readonly #shift: number;
  /** The slot of the open span. */
  #slot: number;
  #summing = 0;
  #paused: { activity: Activity; step: number; first: number; end: number } | undefined;

  constructor(place: LanePlace, thread: number) {
    const { words, slots } = ringOf(place, thread);
    this.#words = words;
    this.#slots = slots;
    this.#shift = clockOffset() - place.zero;
    this.#slot = slotAt(Atomics.load(words, HEAD));
  }

  /** Milliseconds since the run began. */
  now(): number {
    return performance.now() + this.#shift;
  }

  /** Opens the thread's first span. */
  openAt(from: number, activity: Activity, step: number): void {
    this.#open(this.#slot, from, { number: NUMBERS[activity], step, first: 0, end: 0 });
  }

  begin(activity: Activity, step: number, first = 0, end = 0): void {
    const slots = this.#slots;
    const number = NUMBERS[activity];
    const isOpen = slots[this.#slot + ACTIVITY] !== 0;
    // A thread that continues the same activity keeps its open span.
    if (first === end && slots[this.#slot + ACTIVITY] === number && slots[this.#slot + STEP] === step) return;
    const now = this.now();
    if (isOpen) this.#close(now, { number, step, first, end });
    else this.#open(this.#slot, now, { number, step, first, end });
    this.#summing = 0;
  }

  /** Switches to `report` while the thread's event loop runs. */
  pause(): void {
    const slots = this.#slots;
    const at = this.#slot;
    const activity = ACTIVITIES[slots[at + ACTIVITY] - 1];
    this.#paused = { activity, step: slots[at + STEP], first: slots[at + FIRST], end: slots[at + END] };
    this.begin("report", this.#paused.step);
  }

  resume(): void {
    const { activity, step, first, end } = this.#paused!;
    this.begin(activity, step, first, end);
  }

  timed(kernels: Kernels): Kernels {
    return {
      ...kernels,
      reduce: (...sums) => {
        const start = performance.now();
        kernels.reduce(...sums);
        this.#summing += performance.now() - start;
      },
    };
  }

  #close(now: number, next: OpenSpan): void {
    const words = this.#words;
    const slots = this.#slots;
    slots[this.#slot + TO] = now;
    slots[this.#slot + SUMMING] = this.#summing;
    const head = Atomics.load(words, HEAD);
    if (((head + 1 - Atomics.load(words, TAIL)) | 0) >= RING) {
      Atomics.add(words, DROPPED, 1);
      this.#open(this.#slot, now, next);
      return;
    }
    this.#slot = slotAt(head + 1);
    this.#open(this.#slot, now, next);
    Atomics.store(words, HEAD, (head + 1) | 0);
  }

  #open(slot: number, from: number, { number, step, first, end }: OpenSpan): void {
    const slots = this.#slots;
    slots[slot + ACTIVITY] = number;
    slots[slot + STEP] = step;
    slots[slot + FROM] = from;
    slots[slot + FIRST] = first;
    slots[slot + END] = end;
  }
}

interface OpenSpan {
  readonly number: number;
  readonly step: number;
  readonly first: number;
  readonly end: number;
}

/** Main's side of a thread's ring. */
export class LaneReader {
  readonly #thread: number;
  readonly #words: Int32Array;
  readonly #slots: Float64Array;
  #dropped = 0;

  constructor(place: LanePlace, thread: number) {
    const { words, slots } = ringOf(place, thread);
    this.#thread = thread;
    this.#words = words;
    this.#slots = slots;
  }

  /** Whether the ring is at least half full, and so may soon be full. */
  get isHalfFull(): boolean {
    return ((Atomics.load(this.#words, HEAD) - Atomics.load(this.#words, TAIL)) | 0) >= RING / 2;
  }

  /** Takes the complete spans, in order of time. */
  read(take: (span: Span) => void): void {
    const head = Atomics.load(this.#words, HEAD);
    for (let i = Atomics.load(this.#words, TAIL); i !== head; i = (i + 1) | 0) take(this.#spanAt(slotAt(i)));
    Atomics.store(this.#words, TAIL, head);
  }

  /** How many spans were dropped since the last call. */
  readDropped(): number {
    const dropped = Atomics.load(this.#words, DROPPED);
    const since = (dropped - this.#dropped) | 0;
    this.#dropped = dropped;
    return since;
  }

  /** Takes all spans that are left; the open one ends now. The thread must be gone or have left its loop. */
  close(now: number, take: (span: Span) => void): void {
    this.read(take);
    const slot = slotAt(Atomics.load(this.#words, HEAD));
    if (this.#slots[slot + ACTIVITY] === 0) return;
    this.#slots[slot + TO] = Math.max(now, this.#slots[slot + FROM]);
    this.#slots[slot + SUMMING] = 0;
    take(this.#spanAt(slot));
    this.#slots[slot + ACTIVITY] = 0;
  }

  #spanAt(slot: number): Span {
    const slots = this.#slots;
    const kind = ACTIVITIES[slots[slot + ACTIVITY] - 1];
    const span = {
      thread: this.#thread,
      kind,
      step: slots[slot + STEP],
      from: slots[slot + FROM],
      to: slots[slot + TO],
    };
    const [first, end] = [slots[slot + FIRST], slots[slot + END]];
    if (first === end) return span;
    return { ...span, first, end, ...(kind === "update" ? { summing: slots[slot + SUMMING] } : {}) };
  }
}
