import { runStart } from "@scratch-nn/core/engine";
import {
  controlWords,
  openStage,
  openStageOf,
  placeOf,
  prepare,
  stageOf,
  startStep,
  stepOf,
  takeTask,
  taskDone,
} from "@scratch-nn/parallel/engine";
import { afterEach, describe, expect, it } from "vitest";

/** The threads at work, by step. */
const AT_WORK = [2, 4, 3];
const MOST = Math.max(...AT_WORK);
/** The items of the stages; some stages have fewer than threads. */
const STAGES = [5, 1, 7, 2, 3];
const ITEMS = STAGES.reduce((sum, items) => sum + items);
const STEPS = AT_WORK.length;

const OPERATIONS = ["store", "add", "notify"] as const;
const originals = { ...Object.fromEntries(OPERATIONS.map((name) => [name, Atomics[name]])) };
afterEach(() => {
  Object.assign(Atomics, originals);
});

/** Calls `interrupt` once, before the n-th write of an atomic word from now on. */
function interruptedAt(n: number, interrupt: () => void): { readonly wasInterrupted: boolean } {
  const state = { calls: 0, wasInterrupted: false };
  for (const name of OPERATIONS) {
    const original = Atomics[name] as (...args: unknown[]) => unknown;
    (Atomics as unknown as Record<string, unknown>)[name] = (...args: unknown[]): unknown => {
      if (state.calls++ === n) {
        Object.assign(Atomics, originals);
        state.wasInterrupted = true;
        interrupt();
      }
      return original(...args);
    };
  }
  return state;
}

/** A team whose threads take and count items as computeTasks does, without computing them. */
function someTeam() {
  const control = new Int32Array(new SharedArrayBuffer(4 * controlWords(MOST)));
  prepare(control);
  const runOf = (items: number, runs: number) => (thread: number) =>
    runStart(items, runs, thread + 1) - runStart(items, runs, thread);
  /** The items that were taken, as "step stage item". */
  const taken: string[] = [];
  /** What main saw at the end of each step. */
  const ends: string[] = [];
  const start = (): void => {
    const atWork = AT_WORK[ends.length];
    const place = { epoch: 1, from: 0, to: 9, atWork, reductions: 0, isValidation: false };
    startStep(control, place, runOf(STAGES[0], atWork));
  };
  const open = (stage: number): void => openStage(control, stage, runOf(STAGES[stage] ?? 0, placeOf(control).atWork));
  /** Computes an item, if there is one. @returns the stage to open, if that is due; undefined if nothing was left */
  const computeOne = (): { readonly next: number | undefined } | undefined => {
    const { atWork } = placeOf(control);
    for (let owner = 0; owner < atWork; owner++) {
      const left = takeTask(control, owner);
      if (left === 0) continue;
      const stage = stageOf(control);
      taken.push(`${stepOf(control)} ${stage} ${runStart(STAGES[stage], atWork, owner + 1) - left}`);
      return { next: taskDone(control, STAGES[stage]) ? stage + 1 : undefined };
    }
    return undefined;
  };
  /** Does one thing: a thread computes an item, or else main begins the next step. @returns whether there was one */
  const act = (): boolean => {
    const one = computeOne();
    if (one?.next !== undefined) open(one.next);
    if (one !== undefined) return true;
    if (openStageOf(control) < STAGES.length || ends.length === STEPS) return false;
    ends.push(`step ${stepOf(control)}`);
    if (ends.length < STEPS) start();
    return true;
  };
  /** All threads go on, until nothing is left or they have done so many things. */
  const goOn = (most = Number.POSITIVE_INFINITY): void => {
    for (let done = 0; done < most && act(); done++) {}
  };
  start();
  return { computeOne, open, goOn, taken, ends };
}

const expected = Array.from({ length: STEPS }, (_, step) =>
  STAGES.flatMap((items, stage) => Array.from({ length: items }, (_, item) => `${step + 1} ${stage} ${item}`)),
).flat();

describe("a thread that opens a stage", () => {
  it.each(STAGES.map((_, stage) => stage + 1))(
    "may lose its core anywhere meanwhile, however far the others go: stage %i",
    (stage) => {
      let interruptions = 0;
      // The thread resumes after the others have done so many things.
      for (let done = 0; done <= ITEMS + 2; done++) {
        for (let n = 0; ; n++) {
          const { computeOne, open, goOn, taken, ends } = someTeam();
          // One thread computes up to the end of the stage before.
          let next = computeOne()?.next;
          for (; next !== stage; next = computeOne()?.next) if (next !== undefined) open(next);
          const interruption = interruptedAt(n, () => goOn(done));
          open(stage);
          Object.assign(Atomics, originals);
          goOn();
          const when = `write ${n}, ${done} things`;
          expect(ends, when).toEqual(["step 1", "step 2", "step 3"]);
          expect(taken.toSorted(), when).toEqual(expected.toSorted());
          if (!interruption.wasInterrupted) break;
          interruptions++;
        }
      }
      expect(interruptions).toBeGreaterThan(2 * ITEMS);
    },
  );
});
