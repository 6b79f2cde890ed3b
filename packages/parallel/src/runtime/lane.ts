/**
 * What one thread is at, as spans in a ring of shared memory, which main reads while the run goes on.
 *
 *   thread    writes the span that begins into the slot after the one that ends, then HEAD += 1    -> "one more is whole"
 *   main      reads the slots from TAIL to HEAD, then TAIL := HEAD                                 -> "they may be written again"
 *
 * The slot at HEAD holds the span that is open. Where main is so late that no slot is free, the span that ends is counted
 * in DROPPED, and its slot is written again. A thread that dies leaves its open span, which main closes once it is gone.
 */
import { ACTIVITIES, type Activity, type Kernels, type Lane } from "@scratch-nn/core/engine";

/** Spans that a thread's ring holds: a power of two, so that numbers may wrap around. */
const RING = 4096;
/** Words, on cache lines of their own: HEAD and DROPPED are written by the thread, TAIL by main. */
const HEAD = 0;
const DROPPED = 1;
const TAIL = 16;
const WORDS = 32;
/** Numbers of a slot; the activity is its number, from 1, or 0 where no span is open. */
const ACTIVITY = 0;
const STEP = 1;
const FROM = 2;
const TO = 3;
const FIRST = 4;
const END = 5;
const SUMMING = 6;
const FIELDS = 8;

/** Bytes of a thread's ring. */
export const LANE_BYTES = 4 * WORDS + 8 * FIELDS * RING;

const NUMBERS = Object.fromEntries(ACTIVITIES.map((activity, i) => [activity, i + 1])) as Record<Activity, number>;

/** What a thread did, from a moment to another. */
export interface Span {
  /** 0: the calling thread. */
  readonly thread: number;
  /** See core's Activity; also for `wait`: a thread that is not to take part at the moment. */
  readonly kind: Activity;
  /** The step under way, from 1, counted from the very beginning; of a validation, the step before it. */
  readonly step: number;
  /** Milliseconds of the calling thread's performance clock since `fit` was called. */
  readonly from: number;
  readonly to: number;
  /** Shards of a task or a validation, slices of an update: [first, end). */
  readonly first?: number;
  readonly end?: number;
  /** Milliseconds of an update that went into adding partial sums; the update itself took the rest. */
  readonly summing?: number;
}

/** Milliseconds of the clock that all threads of a process share: Linux's CLOCK_MONOTONIC, say. */
export function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** Readings of the two clocks, of which the closest pair counts. */
const READINGS = 16;

/**
 * What this thread's performance clock, which begins with the thread, is behind {@link monotonic}. Both tick alike: the error
 * is below the time between two readings, a microsecond.
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

/** Where a run's lanes lie, and the moment that their times count from. */
export interface LanePlace {
  /** [threads, LANE_BYTES] */
  readonly buffer: SharedArrayBuffer;
  /** Of {@link monotonic}. */
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

/** A thread's own side. One that begins again goes on with the span that it left open. */
export class ThreadLane implements Lane {
  readonly #words: Int32Array;
  readonly #slots: Float64Array;
  readonly #shift: number;
  /** That of the open span. */
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

  /** The first thing that is known of the thread. */
  openAt(from: number, activity: Activity, step: number): void {
    this.#open(this.#slot, from, { number: NUMBERS[activity], step, first: 0, end: 0 });
  }

  begin(activity: Activity, step: number, first = 0, end = 0): void {
    const slots = this.#slots;
    const number = NUMBERS[activity];
    const isOpen = slots[this.#slot + ACTIVITY] !== 0;
    // A thread that goes on waiting begins nothing.
    if (first === end && slots[this.#slot + ACTIVITY] === number && slots[this.#slot + STEP] === step) return;
    const now = this.now();
    if (isOpen) this.#close(now, { number, step, first, end });
    else this.#open(this.#slot, now, { number, step, first, end });
    this.#summing = 0;
  }

  /** The thread does something else for a moment: its event loop has a turn. */
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

  /** Whether it may soon be full. */
  get isHalfFull(): boolean {
    return ((Atomics.load(this.#words, HEAD) - Atomics.load(this.#words, TAIL)) | 0) >= RING / 2;
  }

  /** Takes the spans that are whole, in order of time. */
  read(take: (span: Span) => void): void {
    const head = Atomics.load(this.#words, HEAD);
    for (let i = Atomics.load(this.#words, TAIL); i !== head; i = (i + 1) | 0) take(this.#spanAt(slotAt(i)));
    Atomics.store(this.#words, TAIL, head);
  }

  /** How many have found no room since the last time. */
  readDropped(): number {
    const dropped = Atomics.load(this.#words, DROPPED);
    const since = (dropped - this.#dropped) | 0;
    this.#dropped = dropped;
    return since;
  }

  /** When the thread is gone, or has left its loop: takes all that is left, the open span as one that ends now. */
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
