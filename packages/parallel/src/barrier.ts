/**
 * How main and the workers take turns, on a few words of shared memory.
 *
 * A step goes
 *
 *   main      writes order and parameters, then STEP := n          -> "the step may begin"
 *   workers   write their shards' partials, then arrive            -> the last one: SUMMED := n
 *   workers   read all partials, each folds its own slice, arrive  -> the last one: DONE := n
 *   main      reads partial 0, updates parameters, next step
 *
 * Every hand-over is an atomic store after the plain writes that it covers and an atomic load
 * before the plain reads, so the reader sees all of them.
 *
 * No wait lasts for ever. Main waits in slices and looks between them whether a worker has died.
 * A worker's wait ends when main calls {@link release}: it sets STOP and then *changes* each
 * word that a worker may be waiting on, so that a worker which looked at STOP too early finds the
 * word changed and does not fall asleep.
 */

const STEP = 0;
const SUMMED = 1;
const DONE = 2;
const STOP = 3;
/** Arrivals at either barrier of a step; the last to arrive sets it back to 0. */
const ARRIVED = 4;
/** Columns finished in this step, for progress. */
const COLUMNS = 5;
/** One word a cache line would be faster still; a step is far longer than the difference. */
export const CONTROL_WORDS = 6;

/** What SUMMED becomes on release: no step has this number. */
const RELEASED = -1;

/** Loads before a worker goes to sleep in the kernel: some 20 us, about what a wake-up costs. */
const SPINS = 2000;

/** Main's side: starts the next step. */
export function startStep(control: Int32Array): void {
  Atomics.store(control, COLUMNS, 0);
  Atomics.add(control, STEP, 1);
  Atomics.notify(control, STEP);
}

/**
 * Main's side: blocks until the step is done, for at most `milliseconds`.
 * @returns whether it is done
 */
export function waitForStep(control: Int32Array, milliseconds: number): boolean {
  const step = Atomics.load(control, STEP);
  const done = Atomics.load(control, DONE);
  if (done !== step) Atomics.wait(control, DONE, done, milliseconds);
  return Atomics.load(control, DONE) === step;
}

/** Main's side: lets every worker leave its loop, wherever it stands. */
export function release(control: Int32Array): void {
  Atomics.store(control, STOP, 1);
  Atomics.add(control, STEP, 1);
  Atomics.notify(control, STEP);
  // A last arriver may overwrite this with its step's number: that changes the word just as well.
  Atomics.store(control, SUMMED, RELEASED);
  Atomics.notify(control, SUMMED);
}

/** Columns of the step under way that are finished. */
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

/**
 * Worker's side: arrives with its partials written and waits for all others'.
 * @returns false when released instead
 */
export function awaitPartials(control: Int32Array, workers: number, step: number): boolean {
  const before = Atomics.load(control, SUMMED);
  // After the load: if the load already saw RELEASED, STOP is seen too.
  if (isReleased(control)) return false;
  if (arriveLast(control, workers)) {
    Atomics.store(control, SUMMED, step);
    Atomics.notify(control, SUMMED);
  } else {
    awaitChange(control, SUMMED, before);
  }
  return !isReleased(control);
}

/** Worker's side: arrives with its slice of the gradient written; the last one wakes main. */
export function arriveReduced(control: Int32Array, workers: number, step: number): void {
  if (!arriveLast(control, workers)) return;
  Atomics.store(control, DONE, step);
  Atomics.notify(control, DONE);
}

/**
 * Counts an arrival. The count is set back before the arrivals' word changes, and nobody arrives
 * again before it has seen that change, so one counter serves both barriers.
 */
function arriveLast(control: Int32Array, workers: number): boolean {
  if (Atomics.add(control, ARRIVED, 1) + 1 < workers) return false;
  Atomics.store(control, ARRIVED, 0);
  return true;
}

function awaitChange(control: Int32Array, word: number, value: number): void {
  for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(control, word) !== value) return;
  while (Atomics.load(control, word) === value) Atomics.wait(control, word, value);
}
