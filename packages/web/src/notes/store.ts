/** The state of the notes view, and the actions of its buttons. */

import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Network } from "@scratch-nn/core";
import { fingerprint } from "../shared/figure.ts";
import type { UrlState } from "../shared/url-state.ts";
import {
  firstNetwork,
  formatMoves,
  goOn,
  MOST_STEPS,
  type Move,
  networkAfter,
  parseMoves,
  type Settings,
  stepsOf,
  upTo,
} from "./course.ts";
import { EQUATIONS, type Equation, UPDATE_EQUATIONS } from "./equations.ts";
import { type Moment, momentOf, type SymbolName } from "./moment.ts";
import type { Problem } from "./problem.ts";
import type { Unit } from "./written-sum.ts";

/** The focused symbol, possibly with a row or an entry of its matrix. */
export interface Focus {
  readonly symbol: SymbolName;
  readonly row?: number | undefined;
  readonly column?: number | undefined;
}

export const SEEDS = { min: 0, max: 2 ** 32 - 1 };
export const ALPHAS = { min: 0.001, max: 10 };

/** Milliseconds for which the walk shows an equation. */
const WALKING = 1800;

/** The mean loss after a number of steps. */
export interface LossAt {
  readonly step: number;
  readonly loss: number;
}

export class NotesStore {
  readonly problem: Problem;
  readonly equations: readonly Equation[] = [...EQUATIONS, ...UPDATE_EQUATIONS];
  readonly settings = signal<Settings>({ example: 0, label: 0, all: false, alpha: 0.1 });
  readonly moves = signal<readonly Move[]>([]);
  readonly seed = signal(1);
  readonly moment: ReadonlySignal<Moment>;
  /** Steps taken since the seed. */
  readonly steps = computed(() => stepsOf(this.moves.value));
  /** The losses of the steps that were shown, in their order. */
  readonly losses = signal<readonly LossAt[]>([]);
  readonly isRunning = signal(false);
  /** Steps per second during a run. */
  readonly pace = signal(10);
  /** Describes the last action. The view shows it as a status message. */
  readonly said = signal("");
  readonly unit = signal<Unit>({ layer: 1, unit: 0 });
  readonly focus = signal<Focus | undefined>(undefined);
  /** The focus while the user points at nothing. */
  readonly pinned = signal<Focus | undefined>(undefined);
  /** The index of the walk's current equation. */
  readonly at = signal(0);
  readonly isWalking = signal(false);
  readonly #url: UrlState;
  readonly #network: Signal<Network>;
  /** The fingerprint of the parameters after each step of the course. */
  #marks: string[] = [];
  #frame = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(problem: Problem, url: UrlState) {
    this.problem = problem;
    this.#url = url;
    const { alpha, seed, labels, classes } = problem;
    const example = Math.trunc(url.number("x", 0, { min: 0, max: labels.length - 1 }));
    this.settings.value = {
      example,
      label: Math.trunc(url.number("y", labels[example], { min: 0, max: classes.length - 1 })),
      all: url.get("all") === "1",
      alpha: url.number("alpha", alpha, ALPHAS),
    };
    this.seed.value = Math.trunc(url.number("seed", seed, SEEDS));
    this.#network = signal(firstNetwork(problem, this.seed.value));
    this.moment = computed(() => momentOf(problem, this.#network.value, this.settings.value));
    try {
      this.#comeTo(parseMoves(url.get("course") ?? "", problem));
    } catch {
      // The steps in the address make the parameters diverge, so no user has taken them.
      this.#comeTo([]);
    }
  }

  get canStep(): boolean {
    return this.steps.value < MOST_STEPS && this.moment.value.after !== undefined;
  }

  /** Changes the settings of the shown moment and of further steps. A new example comes with its own label. */
  change(wish: Partial<Settings>): void {
    const label = wish.example === undefined ? {} : { label: this.problem.labels[wish.example] };
    this.settings.value = { ...this.settings.value, ...label, ...wish };
    this.#note();
  }

  step(): void {
    this.pause();
    if (!this.canStep) {
      this.said.value = this.#whyNot();
      return;
    }
    this.#advance();
    const { alpha } = this.settings.value;
    this.said.value = `Step ${this.steps.value}: every parameter went alpha = ${alpha} times its derivative down.`;
    this.#note();
  }

  /** Goes one step back, by computing all earlier steps again. */
  back(): void {
    const steps = this.steps.value - 1;
    if (steps < 0) return;
    this.pause();
    const began = performance.now();
    const mark = this.#marks[steps];
    this.#comeTo(upTo(this.moves.value, steps));
    const took = Math.max(1, Math.round(performance.now() - began));
    const same = this.#marks[steps] === mark ? "the same bits as before" : "OTHER BITS than before";
    const again = steps === 0 ? "The seed's parameters" : `${steps} steps computed again from seed ${this.seed.value}`;
    this.said.value = `${again} in ${took} ms: ${same} (${this.#marks[steps]}).`;
    this.#note();
  }

  reset(seed = this.seed.value): void {
    this.pause();
    this.seed.value = seed;
    this.#comeTo([]);
    this.said.value = `Back at the first parameters of seed ${seed}.`;
    this.#note();
  }

  run(): void {
    if (this.isRunning.value) return;
    this.isRunning.value = true;
    this.said.value = "Running.";
    let [last, due] = [performance.now(), 0];
    // A frame takes at most one step, so that each step is visible and the work of a frame is bounded.
    const frame = (now: number): void => {
      due = Math.min(1, due + ((now - last) * this.pace.value) / 1000);
      last = now;
      if (due === 1) {
        due = 0;
        if (!this.canStep) {
          this.pause();
          return;
        }
        this.#advance();
      }
      this.#frame = requestAnimationFrame(frame);
    };
    this.#frame = requestAnimationFrame(frame);
  }

  pause(): void {
    cancelAnimationFrame(this.#frame);
    if (!this.isRunning.value) return;
    this.isRunning.value = false;
    this.said.value = this.canStep ? `Paused after ${this.steps.value} steps.` : this.#whyNot();
    this.#note();
  }

  /** Goes to an equation, and pins the focus to its result. */
  walkTo(place: number): void {
    this.at.value = place;
    this.pinned.value = { symbol: this.equations[place].name };
  }

  /** Walks through the equations automatically. After the last one it takes a step and starts again from the first. */
  walk(): void {
    this.isWalking.value = true;
    const next = (): void => {
      if (this.at.value < this.equations.length - 1) {
        this.walkTo(this.at.value + 1);
        return;
      }
      this.step();
      this.walkTo(0);
    };
    this.walkTo(this.at.value);
    this.#timer = setInterval(next, WALKING);
  }

  rest(): void {
    clearInterval(this.#timer);
    this.isWalking.value = false;
  }

  /** Stops timers and animations. */
  dispose(): void {
    this.rest();
    this.pause();
  }

  /** Takes the step that the moment has already computed. */
  #advance(): void {
    const { after } = this.moment.value;
    if (!this.canStep || after === undefined) return;
    batch(() => {
      this.#network.value = after;
      this.moves.value = goOn(this.moves.value, this.settings.value, 1);
      this.#see();
    });
  }

  #whyNot(): string {
    return this.steps.value >= MOST_STEPS
      ? `That is it after ${MOST_STEPS} steps: more would take long to be computed again.`
      : "Alpha is too large: the next step would leave no numbers. Go back, or take a smaller one.";
  }

  /** Computes the network at the end of a course, from the seed. */
  #comeTo(moves: readonly Move[]): void {
    const network = networkAfter(this.problem, this.seed.value, moves);
    batch(() => {
      this.#network.value = network;
      this.moves.value = moves;
      this.#see();
    });
  }

  #see(): void {
    const now = { step: stepsOf(this.moves.value), loss: this.moment.value.meanLoss };
    this.#marks[now.step] = fingerprint(this.#network.value.parameters);
    this.losses.value = [...this.losses.value.filter(({ step }) => step < now.step), now];
  }

  /** Writes the state into the address. */
  #note(): void {
    if (this.isRunning.value) return;
    const { problem, settings, seed, moves } = this;
    const { example, label, all, alpha } = settings.value;
    this.#url.set({
      x: example === 0 ? undefined : example,
      y: label === problem.labels[example] ? undefined : label,
      all: all ? 1 : undefined,
      alpha: alpha === problem.alpha ? undefined : alpha,
      seed: seed.value === problem.seed ? undefined : seed.value,
      course: formatMoves(moves.value) || undefined,
    });
  }
}
