/** How fast a run is, and how long it will take. */
import type { TrainingPlan } from "@scratch-nn/core/engine";
import type { Progress } from "@scratch-nn/server";
import { examplesUpTo } from "../reports/train-report.ts";

/** What the speed is the mean over. */
const WINDOW_MILLISECONDS = 3000;

export class Pace {
  readonly #examples: number;
  readonly #total: number;
  /** When how many examples were done; at most {@link WINDOW_MILLISECONDS} old, but for the first. */
  readonly #marks: { readonly at: number; readonly done: number }[];
  #now: { readonly epoch: number; readonly done: number };

  constructor(plan: TrainingPlan, now: number) {
    this.#examples = plan.examples.columns.length;
    this.#total = plan.epochs * this.#examples;
    const done = examplesUpTo(plan, plan.from);
    this.#now = { epoch: plan.from?.epoch ?? 1, done };
    this.#marks = [{ at: now, done }];
  }

  /** @param examples of that epoch that are done */
  note(epoch: number, examples: number): void {
    this.#now = { epoch, done: (epoch - 1) * this.#examples + examples };
  }

  noteEpoch(epoch: number): void {
    this.note(epoch, this.#examples);
  }

  /** @param at milliseconds, a little later each time */
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
