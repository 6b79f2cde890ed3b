/** Measures a run's speed and estimates its remaining time. */
import type { TrainingPlan } from "@scratch-nn/core/engine";
import type { Progress } from "@scratch-nn/server";
import { examplesUpTo } from "../reports/train-report.ts";

/** The window of the speed's moving mean. */
const WINDOW_MILLISECONDS = 3000;

export class Pace {
  readonly #examples: number;
  readonly #total: number;
  /** Times and numbers of completed examples, in order. The first may be older than {@link WINDOW_MILLISECONDS}. */
  readonly #marks: { readonly at: number; readonly done: number }[];
  #now: { readonly epoch: number; readonly done: number };

  constructor(plan: TrainingPlan, now: number) {
    this.#examples = plan.examples.columns.length;
    this.#total = plan.epochs * this.#examples;
    const done = examplesUpTo(plan, plan.from);
    this.#now = { epoch: plan.from?.epoch ?? 1, done };
    this.#marks = [{ at: now, done }];
  }

  /** @param examples completed examples of this epoch */
  note(epoch: number, examples: number): void {
    this.#now = { epoch, done: (epoch - 1) * this.#examples + examples };
  }

  noteEpoch(epoch: number): void {
    this.note(epoch, this.#examples);
  }

  /** @param at milliseconds; increases from call to call */
  look(at: number): Progress {
    const { epoch, done } = this.#now;
    this.#marks.push({ at, done });
    while (this.#marks.length > 2 && this.#marks[1].at < at - WINDOW_MILLISECONDS) this.#marks.shift();
    const [first] = this.#marks;
    const examplesPerSecond = (1000 * (done - first.done)) / Math.max(at - first.at, 1);
    const secondsLeft = examplesPerSecond > 0 ? (this.#total - done) / examplesPerSecond : 0;
    return { epoch, share: done / this.#total, examplesPerSecond, secondsLeft };
  }
}
