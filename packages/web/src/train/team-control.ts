/**
 * The control words of a team of threads, in their shared memory.
 *
 * Thread 0 writes the description of a step (EPOCH to REDUCTIONS), then DONE := 0 and NEXT := 0, then increments STEP
 * and wakes the other threads. A thread takes a task by adding 1 to NEXT; the previous value is the task's number. Once
 * NEXT reaches the number of tasks, none is left. A thread that wakes late may take a task of the next step. It
 * therefore reads the description only after it has taken a task; a step cannot end before all of its tasks are done. A
 * thread that finishes a task increments DONE and notifies thread 0. If a thread dies, thread 0 receives an error
 * event.
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

/** The description of a step; see StepRequest. */
export interface Place {
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  readonly reductions: number;
}

/** Starts a step for all threads. */
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

/** Ends the other threads' loops. */
export function stopTeam(control: Int32Array): void {
  Atomics.store(control, STOPPED, 1);
  Atomics.add(control, STEP, 1);
  Atomics.notify(control, STEP);
}

export function placeOf(control: Int32Array): Place {
  const [epoch, from, to, reductions] = [EPOCH, FROM, TO, REDUCTIONS].map((word) => Atomics.load(control, word));
  return { epoch, from, to, reductions };
}
