/**
 * How the threads of a run take turns, on a few words of shared memory. Main is thread 0, the
 * workers are the others; main computes shards like them.
 *
 * A step goes
 *
 *   main      writes order and weights, then STEP := n         -> "the step may begin"
 *   all       write the partial sums of their shards
 *   workers   arrive; the last one wakes main                   -> "the partial sums are there"
 *   main      folds the roots of the tree, updates the weights, next step
 *
 * Every hand-over is an atomic write after the plain writes that it covers and an atomic read
 * before the plain reads, so the reader sees all of them.
 *
 * No wait lasts for ever. Main waits in slices and looks between them whether a worker has died.
 * A worker's wait ends when main calls {@link release}: it sets STOP and then changes STEP, so
 * that a worker which looked at STOP too early finds the word changed and does not fall asleep.
 */

/** A word a cache line: threads that wait for one are not disturbed by writes to another. */
const LINE = 16;
const STEP = 0;
/** Arrivals since the run began, modulo 2^32. */
const ARRIVED = LINE;
const STOP = 2 * LINE;
/** Columns that workers have finished in this step, for progress. */
const COLUMNS = 3 * LINE;
export const CONTROL_WORDS = 4 * LINE;

/**
 * Loads before a thread goes to sleep in the kernel, which a wake-up of some 50 us ends. Main's wait is
 * for threads that are as busy as it was; a worker's is for as long as main updates the weights: there
 * are no more threads than cores, so nobody else is kept from working.
 */
const MAIN_SPINS = 2000;
const WORKER_SPINS = 100_000;

/** Main's side: starts the next step. */
export function startStep(control: Int32Array): void {
  Atomics.store(control, COLUMNS, 0);
  Atomics.add(control, STEP, 1);
  Atomics.notify(control, STEP);
}

/**
 * Main's side: blocks until all workers have arrived in this step, for at most `milliseconds`.
 * @returns whether they have
 */
export function waitForWorkers(control: Int32Array, workers: number, milliseconds: number): boolean {
  const expected = arrivalsAfter(Atomics.load(control, STEP), workers);
  for (let spin = 0; spin < MAIN_SPINS; spin++) if (Atomics.load(control, ARRIVED) === expected) return true;
  const end = performance.now() + milliseconds;
  for (;;) {
    const arrived = Atomics.load(control, ARRIVED);
    if (arrived === expected) return true;
    const left = end - performance.now();
    if (left <= 0) return false;
    Atomics.wait(control, ARRIVED, arrived, left);
  }
}

/** Main's side: lets every worker leave its loop, wherever it stands. */
export function release(control: Int32Array): void {
  Atomics.store(control, STOP, 1);
  Atomics.add(control, STEP, 1);
  Atomics.notify(control, STEP);
}

/** Columns of the step under way that workers have finished. */
export function columnsDone(control: Int32Array): number {
  return Atomics.load(control, COLUMNS);
}

/** Worker's side: whether main has called {@link release}. */
export function isReleased(control: Int32Array): boolean {
  return Atomics.load(control, STOP) !== 0;
}

/** Worker's side: reports columns finished. */
export function reportColumns(control: Int32Array, columns: number): void {
  Atomics.add(control, COLUMNS, columns);
}

/**
 * Worker's side: waits for a step after `last`.
 * @returns its number, or undefined when released
 */
export function awaitStep(control: Int32Array, last: number): number | undefined {
  awaitChange(control, STEP, last);
  return isReleased(control) ? undefined : Atomics.load(control, STEP);
}

/** Worker's side: arrives with its partial sums written; the last one wakes main. */
export function arrive(control: Int32Array, workers: number, step: number): void {
  const arrived = (Atomics.add(control, ARRIVED, 1) + 1) | 0;
  if (arrived === arrivalsAfter(step, workers)) Atomics.notify(control, ARRIVED);
}

const arrivalsAfter = (step: number, workers: number): number => Math.imul(step, workers);

function awaitChange(control: Int32Array, word: number, value: number): void {
  for (let spin = 0; spin < WORKER_SPINS; spin++) if (Atomics.load(control, word) !== value) return;
  while (Atomics.load(control, word) === value) Atomics.wait(control, word, value);
}
