/** What the trainer tells the page while it trains: not more often than it can be looked at. */
import type { Epoch, FromTrainer } from "./protocol.ts";

/** Milliseconds between two messages. */
const OFTEN = 60;

export class ProgressLog {
  readonly #tell: (message: FromTrainer) => void;
  /** Examples of an epoch. */
  readonly #m: number;
  #over: Epoch[] = [];
  /** Epochs that are over. */
  finished = 0;
  /** Of the last epoch that is over. */
  loss = Number.NaN;
  #told = 0;
  /** What the speed is measured from. */
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

  /** @param examples of the epoch under way. @param isDue whether it is told in any case */
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

  /** A pause is no work. */
  startAgain(): void {
    [this.#since, this.#doneSince] = [performance.now(), this.#last];
  }
}
