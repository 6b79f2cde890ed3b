/** Decides how many threads work on each step: a fixed number, or the one that timing finds. */
import { estimateStep } from "@scratch-nn/core/engine";
import { type StepTiming, ThreadsAtWork } from "./sync/threads-at-work.ts";
import type { TeamParts } from "./team-parts.ts";

/** Nanoseconds of a step on one thread. Below it, main begins alone: workers may wake up too late for such a step. */
const SHORT_STEP = 100_000;

export class StepThreads {
  readonly #parts: TeamParts;
  readonly #found: ThreadsAtWork;
  /** The number that was last reported to the caller. */
  #reported: number;
  /** Whether main works without workers. */
  isAlone = false;

  constructor(parts: TeamParts) {
    const { memory, plan, shape } = parts.run;
    this.#parts = parts;
    const most = memory.plans[shape.threads].threads;
    const isShort = estimateStep(shape, plan.kernels.layout) < SHORT_STEP;
    this.#found = new ThreadsAtWork(most, isShort ? 1 : most);
    this.#reported = most;
  }

  /** Returns the number for the next step, and reports to the caller when the best known number has changed. */
  next(): number {
    const { fixed, run, onThreads, pool } = this.#parts;
    const wanted = this.isAlone ? 1 : typeof fixed === "function" ? fixed(run.log.steps) : (fixed ?? this.#found.now);
    if (fixed === undefined && this.#reported !== this.#found.best) {
      this.#reported = this.#found.best;
      onThreads?.(this.#reported);
    }
    return run.memory.plans[Math.max(1, Math.min(pool.threads, Math.floor(wanted) || 1))].threads;
  }

  /** Records the timing of a step. Main's own share gives no estimate if workers took all tasks or slices. */
  note(timing: StepTiming): void {
    if (this.#parts.fixed === undefined && Number.isFinite(timing.alone)) this.#found.note(timing);
  }
}
