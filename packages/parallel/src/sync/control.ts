/**
 * The synchronisation protocol of a training run: words of shared memory that say when a step begins, what work is
 * left, and when the step is done. Main is thread 0, the workers are threads 1, 2, ...; main computes tasks too.
 *
 *   main      writes the step's description and each thread's TASKS_LEFT, then STEP := n    -> "the step may begin"
 *   all       take tasks until none is left (work-stealing.ts); TASKS_DONE += 1 after each
 *   last      the thread that counts the last task opens the slices, then OPENED := n       -> "all partials are there"
 *   all       take slices; SLICES_DONE += 1 after each                                      -> "the weights are new"
 *   main      does the bookkeeping, then starts the next step
 *
 * With one slice, nobody opens it: main updates alone once all tasks are done. With several ranks, main opens the
 * slices once it has the other ranks' sums.
 *
 * A step that is cut by units (core's units/) has stages instead: the thread that counts the last item of a stage opens
 * the next one ({@link openStage}). No slices follow; the step ends when all stages are done.
 *
 * A validation is a step too: its tasks are the shards of the validation examples, and no slices follow.
 *
 * The words count work, not threads. A thread that has no core delays the others only while it holds a task or a slice.
 * It may resume in the middle of a later step, so no decision depends on what a thread remembers. A thread takes a task
 * by decrementing a counter that is above 0 only while its tasks may be computed. While a thread holds a task, the step
 * cannot end, and the words that describe the step do not change.
 *
 * Every hand-over has release/acquire order. The writer does its plain writes, then one atomic write; the reader does
 * the atomic read, then its plain reads. The reader therefore sees all of those writes.
 *
 * No wait lasts for ever. Main waits in short turns; between them it checks whether a worker has died or its heartbeat
 * (BEAT) has stopped. A worker's wait ends when main calls {@link release}, which sets STOP and then changes each word
 * that a worker may be waiting on. A worker that read STOP too early finds the word changed and does not fall asleep.
 * Once all workers have left, {@link prepare} resets the words for the next start.
 */

/** Words of a cache line. Words that threads wait for lie in different lines: a write to one disturbs no other wait. */
const LINE = 16;
/** The step's number. Main writes the words that describe the step before it. */
const STEP = 0;
const EPOCH = 1;
const FROM = 2;
const TO = 3;
/** How many threads work on this step. */
const AT_WORK = 4;
/** The value that STEP is about to take: a thread may take a task just before STEP changes. */
const NUMBER = 5;
/** How often a plateau has reduced the learning rate. */
const REDUCTIONS = 6;
/** 1 for a validation, else 0. */
const IS_VALIDATION = 7;
/** The stage whose items are to be computed, from 0, in a step that is cut by units. */
const STAGE = 8;
const TASKS_DONE = LINE;
/** The last step whose slices are open. */
const OPENED = 2 * LINE;
const SLICES_DONE = 3 * LINE;
const STOP = 4 * LINE;
/** Changes whenever AT_WORK changes. */
const PARKED = 5 * LINE;
/** The last opened stage; the number of stages once the step is done. */
const STAGE_OPEN = 6 * LINE;
/** Changes after a stage is opened, and after STEP: threads sleep on it while they wait for a stage. */
const STAGE_TURN = 7 * LINE;
/** The first word of the threads' own words. */
const THREADS = 8 * LINE;
const LINES_PER_THREAD = 3;
/** Heartbeat: changes whenever the thread makes progress. Only the thread writes this word and the next two. */
const BEAT = 0;
/** How many columns of the step the thread has finished. */
const COLUMNS = 1;
/** 1 while the thread holds, or is about to take, a task or a slice. */
const BUSY = 2;
/** Untaken tasks of the thread's run. 0 or negative when none is left: concurrent takers each subtract 1. */
const TASKS_LEFT = LINE;
/** The same for the thread's one slice. */
const SLICES_LEFT = 2 * LINE;

/** Words that {@link Wait} can sleep on. */
export const WORDS = {
  step: STEP,
  tasks: TASKS_DONE,
  opened: OPENED,
  slices: SLICES_DONE,
  parked: PARKED,
  stage: STAGE_TURN,
} as const;

export const controlWords = (threads: number): number => THREADS + threads * LINES_PER_THREAD * LINE;
const wordOf = (thread: number, word: number): number => THREADS + thread * LINES_PER_THREAD * LINE + word;

/** The description of a step, besides its number. */
export interface StepPlace {
  /** From 1. */
  readonly epoch: number;
  /** Places [from, to) of the epoch's order. */
  readonly from: number;
  readonly to: number;
  /** How many threads work on it. */
  readonly atWork: number;
  /** See core's StepColumns. */
  readonly reductions: number;
  /** Whether it is the validation after the epoch instead of a training step. */
  readonly isValidation: boolean;
}

/** Resets the words for a first step. Main calls it while no worker is at work. */
export function prepare(control: Int32Array): void {
  for (let word = 0; word < control.length; word++) Atomics.store(control, word, 0);
}

/**
 * Starts the next step. Only main calls it.
 * @param tasksOf how many tasks each thread's run has
 * @returns the step's number, from 1
 */
export function startStep(control: Int32Array, place: StepPlace, tasksOf: (thread: number) => number): number {
  const parks = Atomics.load(control, AT_WORK) !== place.atWork;
  const hadStages = Atomics.load(control, STAGE_OPEN) !== 0;
  Atomics.store(control, EPOCH, place.epoch);
  Atomics.store(control, FROM, place.from);
  Atomics.store(control, TO, place.to);
  Atomics.store(control, AT_WORK, place.atWork);
  Atomics.store(control, REDUCTIONS, place.reductions);
  Atomics.store(control, IS_VALIDATION, place.isValidation ? 1 : 0);
  Atomics.store(control, NUMBER, Atomics.load(control, STEP) + 1);
  Atomics.store(control, STAGE, 0);
  Atomics.store(control, STAGE_OPEN, 0);
  Atomics.store(control, TASKS_DONE, 0);
  Atomics.store(control, SLICES_DONE, 0);
  for (let thread = 0; thread < place.atWork; thread++) {
    Atomics.store(control, wordOf(thread, TASKS_LEFT), tasksOf(thread));
  }
  const step = Atomics.add(control, STEP, 1) + 1;
  Atomics.notify(control, STEP);
  if (hadStages) {
    Atomics.add(control, STAGE_TURN, 1);
    Atomics.notify(control, STAGE_TURN);
  }
  if (parks) {
    Atomics.add(control, PARKED, 1);
    Atomics.notify(control, PARKED);
  }
  return step;
}

/** The current step. It does not change while the caller holds a task or a slice of it. */
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

/** Puts a worker to sleep until the number of threads at work changes. Returns at once if the thread is at work. */
export function park(control: Int32Array, thread: number): void {
  const value = Atomics.load(control, PARKED);
  // PARKED is read before AT_WORK and STOP, because main changes PARKED last.
  if (thread < threadsAtWork(control) || isReleased(control)) return;
  Atomics.wait(control, PARKED, value);
}

/** Takes one task of a thread's run. @returns how many were left before, the taken one included; 0 if none was left */
export function takeTask(control: Int32Array, owner: number): number {
  return takeOne(control, wordOf(owner, TASKS_LEFT));
}

/** Takes a slice. @returns whether the caller now holds it */
export function takeSlice(control: Int32Array, slice: number): boolean {
  return takeOne(control, wordOf(slice, SLICES_LEFT)) > 0;
}

function takeOne(control: Int32Array, word: number): number {
  if (Atomics.load(control, word) <= 0) return 0;
  return Math.max(0, Atomics.sub(control, word, 1));
}

/** Counts a computed task. @returns whether it was the last of `tasks` */
export function taskDone(control: Int32Array, tasks: number): boolean {
  const isLast = Atomics.add(control, TASKS_DONE, 1) + 1 === tasks;
  if (isLast) Atomics.notify(control, TASKS_DONE);
  return isLast;
}

/** Opens the slices to all threads once all tasks are computed. `slices` is 0 if the step makes no update. */
export function openSlices(control: Int32Array, slices: number): void {
  for (let slice = 0; slice < slices; slice++) Atomics.store(control, wordOf(slice, SLICES_LEFT), 1);
  Atomics.store(control, OPENED, Atomics.load(control, NUMBER));
  Atomics.notify(control, OPENED);
}

/**
 * Opens a stage, once all items of the stage before it are computed; or, after the last stage, ends the step.
 *
 * The caller may lose its core at any point. Once all items can be taken, others may finish this stage and the step, so
 * after that the caller writes nothing that has a meaning. The last run is therefore written last; it has an item in
 * every stage that has any.
 * @param itemsOf how many items each thread's run has
 */
export function openStage(control: Int32Array, stage: number, itemsOf: (thread: number) => number): void {
  const last = threadsAtWork(control) - 1;
  Atomics.store(control, STAGE, stage);
  Atomics.store(control, TASKS_DONE, 0);
  for (let thread = 0; thread < last; thread++) Atomics.store(control, wordOf(thread, TASKS_LEFT), itemsOf(thread));
  const items = itemsOf(last);
  Atomics.store(control, STAGE_OPEN, stage);
  if (items > 0) Atomics.store(control, wordOf(last, TASKS_LEFT), items);
  Atomics.add(control, STAGE_TURN, 1);
  Atomics.notify(control, STAGE_TURN);
}

/** The stage of the items that the caller holds or computes. */
export const stageOf = (control: Int32Array): number => Atomics.load(control, STAGE);
/** The last opened stage. */
export const openStageOf = (control: Int32Array): number => Atomics.load(control, STAGE_OPEN);

/** Counts an updated slice. */
export function sliceDone(control: Int32Array, slices: number): void {
  if (Atomics.add(control, SLICES_DONE, 1) + 1 === slices) Atomics.notify(control, SLICES_DONE);
}

export const tasksAreDone = (control: Int32Array, tasks: number): boolean =>
  Atomics.load(control, TASKS_DONE) === tasks;
export const slicesAreOpen = (control: Int32Array, step: number): boolean => Atomics.load(control, OPENED) === step;
export const slicesAreDone = (control: Int32Array, slices: number): boolean =>
  Atomics.load(control, SLICES_DONE) === slices;

/** Makes every worker leave its loop, whatever it waits for. Only main calls it. */
export function release(control: Int32Array): void {
  Atomics.store(control, STOP, 1);
  for (const word of [STEP, OPENED, PARKED, STAGE_TURN]) {
    Atomics.add(control, word, 1);
    Atomics.notify(control, word);
  }
}

/** Records whether this thread holds, or is about to take, work. Main's watchdog watches busy workers only. */
export function setBusy(control: Int32Array, thread: number, isBusy: boolean): void {
  Atomics.store(control, wordOf(thread, BUSY), isBusy ? 1 : 0);
}

export const isBusy = (control: Int32Array, thread: number): boolean =>
  Atomics.load(control, wordOf(thread, BUSY)) !== 0;

/** The thread's heartbeat: changes whenever it makes progress. */
export const beatOf = (control: Int32Array, thread: number): number => Atomics.load(control, wordOf(thread, BEAT));

/** How many columns of the current step the thread has finished. */
export const columnsOf = (control: Int32Array, thread: number): number =>
  Atomics.load(control, wordOf(thread, COLUMNS));

/** Records how many columns of the step this thread has finished, and advances its heartbeat. */
export function reportColumns(control: Int32Array, thread: number, columns: number): void {
  Atomics.store(control, wordOf(thread, COLUMNS), columns);
  Atomics.add(control, wordOf(thread, BEAT), 1);
}
