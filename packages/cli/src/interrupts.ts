/** Ctrl-C and SIGTERM while there is something to save. */
import { EXIT } from "./exit.ts";

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;
type Signal = keyof typeof CODES;

/** The first signal asks the work to stop; a second one ends the process at once. */
export class Interrupts {
  readonly #controller = new AbortController();
  #exitCode: number | undefined;
  readonly #onSignal = (signal: Signal): void => {
    if (this.#exitCode !== undefined) process.exit(CODES[signal]);
    this.#exitCode = CODES[signal];
    this.#controller.abort(signal);
  };

  constructor() {
    for (const signal of Object.keys(CODES)) process.on(signal, this.#onSignal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The code to exit with, once a signal came. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  dispose(): void {
    for (const signal of Object.keys(CODES)) process.off(signal, this.#onSignal);
  }
}
