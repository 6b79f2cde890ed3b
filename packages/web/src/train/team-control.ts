/**
 * The words that the threads of a team take turns by, in their shared memory.
 *
 * Thread 0 writes where the step is (EPOCH to REDUCTIONS), then DONE := 0 and NEXT := 0, then STEP + 1, and wakes the
 * others. Who adds to NEXT gets a task's number; from the number of tasks on there is none left. A thread that wakes
 * late may find the next step's tasks: it reads the place only once it has one, and a step cannot end before its
 * tasks are done. Who computes the last task wakes thread 0. Should a thread die, thread 0 hears of it as an error.
 */
export const STEP = 0;
export const NEXT = 1;
export const DONE = 2;
export const STOPPED = 3;
export const EPOCH = 4;
export const FROM = 5;
export const TO = 6;
export const REDUCTIONS = 7;
export const WORDS = 8;

/** Where a step is; see StepRequest. */
export interface Place {
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  readonly reductions: number;
}

/** Opens a step for all threads. */
export function openStep(control: Int32Array, { epoch, from, to, reductions }: Place): void {
  Atomics.store(control, EPOCH, epoch);
  Atomics.store(control, FROM, from);
  Atomics.store(control, TO, to);
  Atomics.store(control, REDUCTIONS, reductions);
  Atomics.store(control, DONE, 0);
  Atomics.store(control, NEXT, 0);
  Atomics.add(control, STEP, 1);
  Atomics.notify(control, STEP);
}

/** Sends the others home. */
export function stopTeam(control: Int32Array): void {
  Atomics.store(control, STOPPED, 1);
  Atomics.add(control, STEP, 1);
  Atomics.notify(control, STEP);
}

export function placeOf(control: Int32Array): Place {
  const [epoch, from, to, reductions] = [EPOCH, FROM, TO, REDUCTIONS].map((word) => Atomics.load(control, word));
  return { epoch, from, to, reductions };
}
