/**
 * Chooses how many threads work on a step, by timing. The number changes no bit, so it may change during a run. Fewer
 * threads are faster on a machine with other load, or for steps of a few microseconds. Main times its steps. At
 * intervals it tries the next larger number or, where the speed-up is low, the next smaller one, and keeps the faster.
 */

/** What main measures of a step. */
export interface StepTiming {
  readonly milliseconds: number;
  /** Estimated milliseconds of the step on one thread, extrapolated from main's own part of it. */
  readonly alone: number;
  /** Whether main computed all tasks. */
  readonly wasAlone: boolean;
}

/** A timing window is full after at least so many milliseconds and so many steps. */
const WINDOW_MILLISECONDS = 30;
const WINDOW_STEPS = 4;
/** Before the first trial: threads start, and V8 compiles functions. */
const WARM_UP_MILLISECONDS = 150;
const FIRST_INTERVAL = 250;
const LONGEST_INTERVAL = 16_000;
/** Speed-up divided by threads. Below it, fewer threads may be as fast. */
const GOOD_EFFICIENCY = 0.7;
/** Another number of threads is kept if its time is below this share of the present number's time. */
const WORTH = 0.95;
/** A trial that takes this many times as long as expected ends at once. */
const HOPELESS = 2;
/** How often each of the two numbers is timed, alternately. */
const ROUNDS = 2;

/** The numbers of threads to try. The gaps grow, because one thread more makes less difference among many. */
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

  /** How many times as fast as on main alone. */
  get speedUp(): number {
    return this.#alone / this.milliseconds;
  }
}

/** A comparison of a candidate number of threads with the present one. */
interface Trial {
  readonly candidate: number;
  /** Milliseconds a step, summed over the rounds; `tried` is the candidate's. */
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
  /** Skips the first step after a change: it includes waking up threads. */
  #skips = true;

  /**
   * @param ceiling the largest number of threads
   * @param first the number to begin with: 1 or `ceiling`
   */
  constructor(ceiling: number, first = ceiling) {
    this.#rungs = [...RUNGS.filter((rung) => rung < ceiling), ceiling];
    this.#best = first;
  }

  /** The number for the next step. */
  get now(): number {
    return this.#trial?.isCandidatesTurn ? this.#trial.candidate : this.#best;
  }

  /** The best number found so far. */
  get best(): number {
    return this.#best;
  }

  note(timing: StepTiming): void {
    if (this.#skips) {
      this.#skips = false;
      return;
    }
    // Main computed all tasks alone: the workers have not begun yet, or have no core, and so cost nothing.
    if (this.#trial === undefined && timing.wasAlone && this.now > 1) return;
    this.#window.add(timing);
    if (this.#trial !== undefined) this.#goOn(this.#trial, this.#window);
    else if (this.#window.isFull && this.#window.milliseconds >= this.#untilLook) this.#look(this.#window);
  }

  /** Begins a trial if there is a candidate. @param window all steps since the last trial */
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
