/**
 * How the threads of a run take turns, on a few words of shared memory. Main is thread 0, the workers are the others; main
 * computes tasks like them.
 *
 *   main      writes which step it is and how many tasks of each run are left, then STEP := n   -> "the step may begin"
 *   all       take tasks until none is left (work-stealing.ts), TASKS_DONE += 1 after each
 *   the last  one to add to it: with slices, opens them, then OPENED := n                       -> "all partials are there"
 *   all       take slices; SLICES_DONE += 1 after each                                          -> "the weights are new"
 *   main      keeps the books, next step. With one slice, it updates alone, after TASKS_DONE
 *
 * A validation is such a step, too: its tasks are the shards of the examples to look at, and no slices follow.
 *
 * What is counted is work, not threads: one that has no core at the moment holds nobody up unless it holds a task. It may
 * come to itself in the middle of a later step: so nothing that it remembers decides anything. Taking a task is
 * subtracting from a number that is above 0 only while the task may be computed; once it is taken, the step cannot end,
 * and all that describes the step stands still.
 *
 * Every hand-over is an atomic write after the plain writes that it covers and an atomic read before the plain reads, so
 * the reader sees all of them.
 *
 * No wait lasts for ever. Main waits in short turns and looks between them whether a worker has died, or has not been
 * heard of (BEAT) for long. A worker's wait ends when main calls {@link release}: it sets STOP and then changes each word
 * that a worker may be waiting on, so that a worker which looked at STOP too early finds the word changed and does not
 * fall asleep. Once all workers have left, {@link prepare} makes the words ready for the next start.
 */

/** A word a cache line: threads that wait for one are not disturbed by writes to another. */
const LINE = 16;
/** The step's number, and what it is; written before it. */
const STEP = 0;
const EPOCH = 1;
const FROM = 2;
const TO = 3;
/** Threads that are at work in this step. */
const AT_WORK = 4;
/** What STEP is about to be: a thread may take a task a moment before. */
const NUMBER = 5;
/** How often a plateau has reduced the learning rate; 0 or 1, whether the step is a validation. */
const REDUCTIONS = 6;
const IS_VALIDATION = 7;
const TASKS_DONE = LINE;
/** The last step whose slices are open. */
const OPENED = 2 * LINE;
const SLICES_DONE = 3 * LINE;
const STOP = 4 * LINE;
/** Changes whenever AT_WORK does. */
const PARKED = 5 * LINE;
/** Words of each thread. */
const THREADS = 6 * LINE;
const LINES_PER_THREAD = 3;
/** Changes whenever the thread has got further. Written by the thread alone, like the next two. */
const BEAT = 0;
/** Columns of the step that the thread has finished. */
const COLUMNS = 1;
/** 1 while it has, or is about to take, a task or a slice. */
const BUSY = 2;
/** Tasks of the thread's run that nobody has taken; less than 1 once others have tried in vain. */
const TASKS_LEFT = LINE;
/** Likewise, of the one slice. */
const SLICES_LEFT = 2 * LINE;

/** Words that {@link Wait} can sleep on. */
export const WORDS = { step: STEP, tasks: TASKS_DONE, opened: OPENED, slices: SLICES_DONE, parked: PARKED } as const;

export const controlWords = (threads: number): number => THREADS + threads * LINES_PER_THREAD * LINE;
const wordOf = (thread: number, word: number): number => THREADS + thread * LINES_PER_THREAD * LINE + word;

/** What a step is, besides its number. */
export interface StepPlace {
  /** From 1. */
  readonly epoch: number;
  /** Places [from, to) of the epoch's order. */
  readonly from: number;
  readonly to: number;
  /** Threads at work. */
  readonly atWork: number;
  /** See core's StepColumns. */
  readonly reductions: number;
  /** Whether it is no step of the training but the validation after the epoch. */
  readonly isValidation: boolean;
}

/** Main's side, when no worker is at work: makes the words ready for a first step. */
export function prepare(control: Int32Array): void {
  for (let word = 0; word < control.length; word++) Atomics.store(control, word, 0);
}

/**
 * Main's side: starts the next step.
 * @param tasksOf how many tasks each thread's run has
 * @returns its number, from 1
 */
export function startStep(control: Int32Array, place: StepPlace, tasksOf: (thread: number) => number): number {
  const parks = Atomics.load(control, AT_WORK) !== place.atWork;
  Atomics.store(control, EPOCH, place.epoch);
  Atomics.store(control, FROM, place.from);
  Atomics.store(control, TO, place.to);
  Atomics.store(control, AT_WORK, place.atWork);
  Atomics.store(control, REDUCTIONS, place.reductions);
  Atomics.store(control, IS_VALIDATION, place.isValidation ? 1 : 0);
  Atomics.store(control, NUMBER, Atomics.load(control, STEP) + 1);
  Atomics.store(control, TASKS_DONE, 0);
  Atomics.store(control, SLICES_DONE, 0);
  for (let thread = 0; thread < place.atWork; thread++) {
    Atomics.store(control, wordOf(thread, TASKS_LEFT), tasksOf(thread));
  }
  const step = Atomics.add(control, STEP, 1) + 1;
  Atomics.notify(control, STEP);
  if (parks) {
    Atomics.add(control, PARKED, 1);
    Atomics.notify(control, PARKED);
  }
  return step;
}

/** The step under way; stands still while the caller holds a task or a slice of it. */
export function placeOf(control: Int32Array): StepPlace {
  return {
    epoch: Atomics.load(control, EPOCH),
    from: Atomics.load(control, FROM),
    to: Atomics.load(control, TO),
    atWork: Atomics.load(control, AT_WORK),
    reductions: Atomics.load(control, REDUCTIONS),
    isValidation: Atomics.load(control, IS_VALIDATION) !== 0,
  };
}

export const stepOf = (control: Int32Array): number => Atomics.load(control, STEP);
export const threadsAtWork = (control: Int32Array): number => Atomics.load(control, AT_WORK);
export const isReleased = (control: Int32Array): boolean => Atomics.load(control, STOP) !== 0;

/**
 * A worker's side: sleeps until another number of threads is at work, unless that thread is wanted already.
 */
export function park(control: Int32Array, thread: number): void {
  const value = Atomics.load(control, PARKED);
  // In this order: main changes PARKED last.
  if (thread < threadsAtWork(control) || isReleased(control)) return;
  Atomics.wait(control, PARKED, value);
}

/** Takes one of the tasks that are left of a thread's run. @returns how many were left, 0 for none */
export function takeTask(control: Int32Array, owner: number): number {
  return takeOne(control, wordOf(owner, TASKS_LEFT));
}

/** Takes a slice. @returns whether it is the caller's now */
export function takeSlice(control: Int32Array, slice: number): boolean {
  return takeOne(control, wordOf(slice, SLICES_LEFT)) > 0;
}

function takeOne(control: Int32Array, word: number): number {
  if (Atomics.load(control, word) <= 0) return 0;
  return Math.max(0, Atomics.sub(control, word, 1));
}

/** Says that a task is computed. @returns whether it was the last of so many */
export function taskDone(control: Int32Array, tasks: number): boolean {
  const isLast = Atomics.add(control, TASKS_DONE, 1) + 1 === tasks;
  if (isLast) Atomics.notify(control, TASKS_DONE);
  return isLast;
}

/** Lets everybody take slices, once all tasks are computed: none where the step is not followed by its update. */
export function openSlices(control: Int32Array, slices: number): void {
  for (let slice = 0; slice < slices; slice++) Atomics.store(control, wordOf(slice, SLICES_LEFT), 1);
  Atomics.store(control, OPENED, Atomics.load(control, NUMBER));
  Atomics.notify(control, OPENED);
}

/** Says that a slice is updated. */
export function sliceDone(control: Int32Array, slices: number): void {
  if (Atomics.add(control, SLICES_DONE, 1) + 1 === slices) Atomics.notify(control, SLICES_DONE);
}

export const tasksAreDone = (control: Int32Array, tasks: number): boolean =>
  Atomics.load(control, TASKS_DONE) === tasks;
export const slicesAreOpen = (control: Int32Array, step: number): boolean => Atomics.load(control, OPENED) === step;
export const slicesAreDone = (control: Int32Array, slices: number): boolean =>
  Atomics.load(control, SLICES_DONE) === slices;

/** Main's side: lets every worker leave its loop, wherever it stands. */
export function release(control: Int32Array): void {
  Atomics.store(control, STOP, 1);
  for (const word of [STEP, OPENED, PARKED]) {
    Atomics.add(control, word, 1);
    Atomics.notify(control, word);
  }
}

/** Says whether this thread has, or is about to take, work: main waits for it then. */
export function setBusy(control: Int32Array, thread: number, isBusy: boolean): void {
  Atomics.store(control, wordOf(thread, BUSY), isBusy ? 1 : 0);
}

export const isBusy = (control: Int32Array, thread: number): boolean =>
  Atomics.load(control, wordOf(thread, BUSY)) !== 0;

/** What changes when the thread has got further. */
export const beatOf = (control: Int32Array, thread: number): number => Atomics.load(control, wordOf(thread, BEAT));

/** Columns of the step under way that the thread has finished. */
export const columnsOf = (control: Int32Array, thread: number): number =>
  Atomics.load(control, wordOf(thread, COLUMNS));

/** Says how many columns of the step this thread has finished, and that it lives. */
export function reportColumns(control: Int32Array, thread: number, columns: number): void {
  Atomics.store(control, wordOf(thread, COLUMNS), columns);
  Atomics.add(control, wordOf(thread, BEAT), 1);
}
