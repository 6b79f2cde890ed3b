/** Reports the progress of training to the page, at a limited rate. */
import type { Epoch, FromTrainer } from "./protocol.ts";

/** The least number of milliseconds between two messages. */
const OFTEN = 60;

export class ProgressLog {
  readonly #tell: (message: FromTrainer) => void;
  /** The number of examples in an epoch. */
  readonly #m: number;
  #over: Epoch[] = [];
  /** The number of finished epochs. */
  finished = 0;
  /** The loss of the last finished epoch. */
  loss = Number.NaN;
  #told = 0;
  /** The time, and the number of examples, from which the speed is measured. */
  #since = performance.now();
  #doneSince = 0;
  #last = 0;

  constructor(m: number, tell: (message: FromTrainer) => void) {
    this.#m = m;
    this.#tell = tell;
  }

  note(epoch: Epoch): void {
    this.#over.push(epoch);
    this.finished++;
    this.loss = epoch.loss;
  }

  /**
   * @param examples processed in the current epoch
   * @param isDue whether to report regardless of the rate
   */
  tell(examples: number, isDue: boolean): void {
    const now = performance.now();
    if (!isDue && now - this.#told < OFTEN) return;
    this.#told = now;
    const done = this.finished * this.#m + examples;
    this.#last = done;
    const examplesPerSecond = (1000 * (done - this.#doneSince)) / Math.max(now - this.#since, 1);
    this.#tell({ kind: "progress", epochs: this.#over, examples, examplesPerSecond });
    this.#over = [];
  }

  /** Restarts the measurement of speed after a pause. */
  startAgain(): void {
    [this.#since, this.#doneSince] = [performance.now(), this.#last];
  }
}
