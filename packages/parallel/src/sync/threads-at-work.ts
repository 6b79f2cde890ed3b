/**
 * How many threads are at work. It changes no bit, so it may change while a run goes on: on a machine that others load, or
 * for steps of a few microseconds, fewer threads are done earlier. Main times its steps; where more threads than one gain
 * too little, or now and then, it tries out the next smaller or larger number, and keeps the faster.
 */

/** What main knows of a step. */
export interface StepTiming {
  readonly milliseconds: number;
  /** What the step would have taken on one thread, as main's own part of it tells. */
  readonly alone: number;
  /** Whether main has computed all tasks. */
  readonly wasAlone: boolean;
}

/** How long steps are timed before anything is concluded from them. */
const WINDOW_MILLISECONDS = 30;
const WINDOW_STEPS = 4;
/** Until the first look: threads start, and functions are compiled. */
const WARM_UP_MILLISECONDS = 150;
const FIRST_INTERVAL = 250;
const LONGEST_INTERVAL = 16_000;
/** Speed-up for each thread, below which fewer might do as well. */
const GOOD_EFFICIENCY = 0.7;
/** What another number of threads must be faster by. */
const WORTH = 0.95;
/** A trial that takes this many times as long as expected is over. */
const HOPELESS = 2;
/** Both are timed so many times, in turns. */
const ROUNDS = 2;

/** The numbers that are tried out; steps get larger where the next number makes little difference. */
const RUNGS = [1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64];

class Window {
  steps = 0;
  milliseconds = 0;
  #alone = 0;

  add({ milliseconds, alone }: StepTiming): void {
    this.steps++;
    this.milliseconds += milliseconds;
    this.#alone += alone;
  }

  get isFull(): boolean {
    return this.steps >= WINDOW_STEPS && this.milliseconds >= WINDOW_MILLISECONDS;
  }

  get perStep(): number {
    return this.milliseconds / this.steps;
  }

  /** How many times as fast as main alone it was. */
  get speedUp(): number {
    return this.#alone / this.milliseconds;
  }
}

/** A comparison of another number of threads with the present one. */
interface Trial {
  readonly candidate: number;
  /** Milliseconds a step, summed over the rounds. */
  present: number;
  tried: number;
  rounds: number;
  isCandidatesTurn: boolean;
}

export class ThreadsAtWork {
  readonly #rungs: readonly number[];
  #best: number;
  #window = new Window();
  #trial: Trial | undefined;
  #untilLook = WARM_UP_MILLISECONDS;
  #interval = FIRST_INTERVAL;
  #wasSmaller = false;
  /** The first step after a change does not count: threads wake up for it. */
  #skips = true;

  /**
   * @param ceiling the most threads
   * @param first how many to begin with: 1 or all of them
   */
  constructor(ceiling: number, first = ceiling) {
    this.#rungs = [...RUNGS.filter((rung) => rung < ceiling), ceiling];
    this.#best = first;
  }

  /** For the next step. */
  get now(): number {
    return this.#trial?.isCandidatesTurn ? this.#trial.candidate : this.#best;
  }

  /** The number that is best as far as is known. */
  get best(): number {
    return this.#best;
  }

  note(timing: StepTiming): void {
    if (this.#skips) {
      this.#skips = false;
      return;
    }
    // Threads that have not begun yet, or have no core to wait on, cost nothing.
    if (this.#trial === undefined && timing.wasAlone && this.now > 1) return;
    this.#window.add(timing);
    if (this.#trial !== undefined) this.#goOn(this.#trial, this.#window);
    else if (this.#window.isFull && this.#window.milliseconds >= this.#untilLook) this.#look(this.#window);
  }

  /** @param window all steps since the last look */
  #look(window: Window): void {
    const candidate = this.#candidate(window.speedUp);
    if (candidate === undefined) {
      this.#window = new Window();
      this.#untilLook = FIRST_INTERVAL;
      return;
    }
    this.#trial = { candidate, present: 0, tried: 0, rounds: 0, isCandidatesTurn: false };
    this.#nextTurn();
  }

  #candidate(speedUp: number): number | undefined {
    const at = this.#rungs.indexOf(this.#best);
    const smaller = speedUp / this.#best < GOOD_EFFICIENCY ? this.#rungs[at - 1] : undefined;
    const larger = this.#rungs[at + 1];
    this.#wasSmaller = smaller !== undefined && (larger === undefined || !this.#wasSmaller);
    return this.#wasSmaller ? smaller : larger;
  }

  #goOn(trial: Trial, window: Window): void {
    const isHopeless =
      trial.isCandidatesTurn &&
      window.milliseconds > HOPELESS * Math.max(WINDOW_MILLISECONDS / 8, (trial.present / trial.rounds) * window.steps);
    if (isHopeless) {
      this.#end(trial, false);
      return;
    }
    if (!window.isFull) return;
    if (trial.isCandidatesTurn) trial.tried += window.perStep;
    else {
      trial.present += window.perStep;
      trial.rounds++;
    }
    if (trial.isCandidatesTurn && trial.rounds === ROUNDS) this.#end(trial, trial.tried < WORTH * trial.present);
    else {
      trial.isCandidatesTurn = !trial.isCandidatesTurn;
      this.#nextTurn();
    }
  }

  #nextTurn(): void {
    this.#window = new Window();
    this.#skips = true;
  }

  #end({ candidate }: Trial, isBetter: boolean): void {
    if (isBetter) this.#best = candidate;
    this.#interval = isBetter ? FIRST_INTERVAL : Math.min(LONGEST_INTERVAL, 2 * this.#interval);
    this.#untilLook = this.#interval;
    this.#trial = undefined;
    this.#window = new Window();
    this.#skips = true;
  }
}
