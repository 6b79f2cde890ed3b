/** What the notes' view shows at the moment, and what its buttons do. */

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

/** What is pointed at: a symbol, possibly one entry of its matrix. */
export interface Focus {
  readonly symbol: SymbolName;
  readonly row?: number | undefined;
  readonly column?: number | undefined;
}

export const SEEDS = { min: 0, max: 2 ** 32 - 1 };
export const ALPHAS = { min: 0.001, max: 10 };

/** Milliseconds that a walk stays at an equation. */
const WALKING = 1800;

/** The mean loss after so many steps. */
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
  /** Of the steps that were seen, in their order. */
  readonly losses = signal<readonly LossAt[]>([]);
  readonly isRunning = signal(false);
  /** Steps a second while it runs. */
  readonly pace = signal(10);
  /** What was done last, for everybody to read. */
  readonly said = signal("");
  readonly unit = signal<Unit>({ layer: 1, unit: 0 });
  readonly focus = signal<Focus | undefined>(undefined);
  /** What stays pointed at when nothing else is. */
  readonly pinned = signal<Focus | undefined>(undefined);
  /** The equation that the walk is at, by its place among all of them. */
  readonly at = signal(0);
  readonly isWalking = signal(false);
  readonly #url: UrlState;
  readonly #network: Signal<Network>;
  /** What tells the parameters apart after each step of the course. */
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
      // Nobody has taken these steps: parameters that are no numbers come of them.
      this.#comeTo([]);
    }
  }

  get canStep(): boolean {
    return this.steps.value < MOST_STEPS && this.moment.value.after !== undefined;
  }

  /** Other settings for what is shown and for the steps to come; another example comes with its own label. */
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

  /** One step back, by computing all before it again. */
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
    // A step a frame at most, so that whoever looks sees all of them, and a frame's work has a bound.
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

  /** To that equation; its result is pointed at from then on. */
  walkTo(place: number): void {
    this.at.value = place;
    this.pinned.value = { symbol: this.equations[place].name };
  }

  /** From equation to equation by itself; from the last one on to the first of the next step. */
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

  /** Ends what goes on by itself. */
  dispose(): void {
    this.rest();
    this.pause();
  }

  /** The step that the moment shows already. */
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

  /** Computes a course from the seed, up to its end. */
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

  /** Writes all of it into the address. */
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
