/** Ctrl-C and SIGTERM, from the first moment of a run to its last. */
import { EXIT } from "../output/exit.ts";

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;
type Signal = keyof typeof CODES;

/** The first signal does what the run wants at the moment; a second one ends the process at once. */
export class Interrupts {
  readonly #controller = new AbortController();
  #exitCode: number | undefined;
  #onFirst: (signal: Signal, exitCode: number) => void = (_, exitCode) => process.exit(exitCode);
  readonly #onSignal = (signal: Signal): void => {
    if (this.#exitCode !== undefined) process.exit(CODES[signal]);
    this.#exitCode = CODES[signal];
    this.#controller.abort(signal);
    this.#onFirst(signal, CODES[signal]);
  };

  constructor() {
    for (const signal of Object.keys(CODES)) process.on(signal, this.#onSignal);
  }

  /** Aborted with the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The code to exit with, once a signal came. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** From now on, the first signal does this; at the beginning it ends the process. */
  onFirst(act: (signal: Signal, exitCode: number) => void): void {
    this.#onFirst = act;
  }

  dispose(): void {
    for (const signal of Object.keys(CODES)) process.off(signal, this.#onSignal);
  }
}
