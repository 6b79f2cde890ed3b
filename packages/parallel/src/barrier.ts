/**
 * How the threads of a run take turns, on a few words of shared memory. Main is thread 0, the
 * workers are the others; main computes shards like them.
 *
 * A step goes
 *
 *   main      writes order and weights, then STEP := n         -> "the step may begin"
 *   all       write the partial sums of their shards, arrive    -> "the partial sums are there"
 *   all       fold their slice of the roots, arrive             -> "the gradient is there"
 *   main      updates the weights, next step
 *
 * Every hand-over is an atomic write after the plain writes that it covers and an atomic read
 * before the plain reads, so the reader sees all of them.
 *
 * Before it arrives with its partial sums, a thread takes pieces of what others have not begun: pieces.ts.
 *
 * While main updates, every worker loads its first examples of the next step.
 *
 * No wait lasts for ever. Main waits in slices and looks between them whether a worker has died, or
 * has not been heard of (BEAT) for long. A worker's wait ends when main calls {@link release}: it
 * sets STOP and then changes each word that a worker may be waiting on, so that a worker which
 * looked at STOP too early finds the word changed and does not fall asleep. Once all workers have
 * left, {@link prepare} makes the words ready for the next start.
 */

/** A word a cache line: threads that wait for one are not disturbed by writes to another. */
const LINE = 16;
const STEP = 0;
/** Arrivals since the run began, modulo 2^32: two a step of every thread. */
const ARRIVED = LINE;
const STOP = 2 * LINE;
/** Words of each thread, written by it alone. */
const THREADS = 3 * LINE;
/** Changes whenever the thread has got further. */
const BEAT = 0;
/** Columns of the step that the thread has finished. */
const COLUMNS = 1;
/** Its own arrivals, of those in ARRIVED. */
const ARRIVALS = 2;

export const controlWords = (threads: number): number => THREADS + threads * LINE;
const wordOf = (thread: number, word: number): number => THREADS + thread * LINE + word;

/**
 * Loads before a thread goes to sleep in the kernel, which a wake-up of some 50 us ends. Main's wait is
 * for threads that are as busy as it was; a worker's is for as long as main updates the weights: there
 * are no more threads than cores, so nobody else is kept from working.
 */
const MAIN_SPINS = 20_000;
const WORKER_SPINS = 100_000;

/** The two arrivals of a step. */
export type Phase = "partials" | "gradient";

/** ARRIVED once so many threads have arrived in that phase of the step. */
function arrivals(threads: number, step: number, phase: Phase): number {
  return Math.imul(2 * step - (phase === "partials" ? 1 : 0), threads);
}

/** Whether the count `arrived`, which wraps around, has reached `expected`. */
const reached = (arrived: number, expected: number): boolean => ((arrived - expected) | 0) >= 0;

/** Main's side, when no worker is at work: makes the words ready for a first step. */
export function prepare(control: Int32Array): void {
  for (let word = 0; word < control.length; word++) Atomics.store(control, word, 0);
}

/** Main's side: starts the next step. @returns its number, from 1 */
export function startStep(control: Int32Array): number {
  const step = Atomics.add(control, STEP, 1) + 1;
  Atomics.notify(control, STEP);
  return step;
}

/** Says that this thread has written what the phase is about. */
export function arrive(control: Int32Array, thread: number): void {
  Atomics.add(control, ARRIVED, 1);
  // Last, so that a thread that stands still anywhere in here is one that is missing.
  Atomics.add(control, wordOf(thread, ARRIVALS), 1);
  Atomics.notify(control, ARRIVED);
}

/**
 * Main's side: blocks until all threads have arrived, for at most `milliseconds`.
 * @returns whether they have
 */
export function waitForAll(
  control: Int32Array,
  threads: number,
  step: number,
  phase: Phase,
  milliseconds: number,
): boolean {
  const expected = arrivals(threads, step, phase);
  for (let spin = 0; spin < MAIN_SPINS; spin++) if (reached(Atomics.load(control, ARRIVED), expected)) return true;
  const end = performance.now() + milliseconds;
  for (;;) {
    const arrived = Atomics.load(control, ARRIVED);
    if (reached(arrived, expected)) return true;
    const left = end - performance.now();
    if (left <= 0) return false;
    Atomics.wait(control, ARRIVED, arrived, left);
  }
}

/** Main's side: lets every worker leave its loop, wherever it stands. */
export function release(control: Int32Array): void {
  Atomics.store(control, STOP, 1);
  for (const word of [STEP, ARRIVED]) {
    Atomics.add(control, word, 1);
    Atomics.notify(control, word);
  }
}

/** Whether main waits for that worker: it has not arrived in that phase. */
export function isAwaited(control: Int32Array, thread: number, step: number, phase: Phase): boolean {
  return !reached(Atomics.load(control, wordOf(thread, ARRIVALS)), arrivals(1, step, phase));
}

/** What changes when the thread has got further. */
export function beatOf(control: Int32Array, thread: number): number {
  return Atomics.load(control, wordOf(thread, BEAT));
}

/** Columns of the step under way that the thread has finished. */
export function columnsOf(control: Int32Array, thread: number): number {
  return Atomics.load(control, wordOf(thread, COLUMNS));
}

/** Worker's side: whether main has called {@link release}. */
export function isReleased(control: Int32Array): boolean {
  return Atomics.load(control, STOP) !== 0;
}

/** Worker's side: says how many columns of the step it has finished. */
export function reportColumns(control: Int32Array, thread: number, columns: number): void {
  Atomics.store(control, wordOf(thread, COLUMNS), columns);
  Atomics.add(control, wordOf(thread, BEAT), 1);
}

/**
 * Worker's side: waits for a step after `last`.
 * @returns its number, or undefined when released
 */
export function awaitStep(control: Int32Array, last: number): number | undefined {
  awaitChange(control, STEP, (step) => step !== last);
  return isReleased(control) ? undefined : Atomics.load(control, STEP);
}

/**
 * Worker's side: waits for all threads.
 * @returns false when released instead
 */
export function awaitAll(control: Int32Array, threads: number, step: number, phase: Phase): boolean {
  const expected = arrivals(threads, step, phase);
  awaitChange(control, ARRIVED, (arrived) => reached(arrived, expected) || isReleased(control));
  return !isReleased(control);
}

function awaitChange(control: Int32Array, word: number, isOver: (value: number) => boolean): void {
  for (let spin = 0; spin < WORKER_SPINS; spin++) if (isOver(Atomics.load(control, word))) return;
  for (let value = Atomics.load(control, word); !isOver(value); value = Atomics.load(control, word)) {
    Atomics.wait(control, word, value);
  }
}
