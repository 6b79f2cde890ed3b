/** Ctrl-C, SIGTERM and SIGHUP, from the first moment of a run to its last. */
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT } from "../output/exit.ts";
import { isNohup } from "./hang-up.ts";

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp } as const;
export type Interrupt = keyof typeof CODES;
const INTERRUPTS = Object.keys(CODES) as Interrupt[];

/** The first signal does what the run wants at the moment; a second one ends the process at once. */
export class Interrupts {
  readonly #controller = new AbortController();
  #first: Interrupt | undefined;
  #isSaving = false;
  #onFirst: (signal: Interrupt) => void = (signal) => void leave(signal);
  #onSecond: (signal: Interrupt) => void = endReading;
  readonly #onSignal = (signal: Interrupt): void => {
    if (this.#first === undefined) {
      this.#first = signal;
      this.#controller.abort(signal);
      this.#onFirst(signal);
    } else {
      this.#onSecond(signal);
    }
  };
  readonly #onHangUp: (signal: Interrupt) => void;

  constructor() {
    const goesOn = isNohup({ env: process.env, proc: "/proc", parent: process.ppid });
    // With no listener, the signal would end the process, since Node has undone what nohup did.
    this.#onHangUp = goesOn ? () => {} : this.#onSignal;
    for (const signal of INTERRUPTS) process.on(signal, this.#listener(signal));
  }

  /** Aborted with the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The code to exit with, once a signal came. */
  get exitCode(): number | undefined {
    return this.#first && CODES[this.#first];
  }

  /** While data are read, which may take for ever, the first signal clears away and ends the process. */
  whileReading(clearAway: () => Promise<void>): void {
    this.#onFirst = (signal) => void clearAway().finally(() => leave(signal));
  }

  /** Whoever reads goes on only if no signal has come; else the process is about to end, and this does not settle. */
  goOn(): Promise<void> {
    return this.#first === undefined || this.#isSaving ? Promise.resolve() : new Promise(() => {});
  }

  /** From now on there is something to save: the first signal does this. */
  whileSaving(act: (signal: Interrupt) => void): void {
    this.#isSaving = true;
    this.#onFirst = act;
    this.#onSecond = exit;
  }

  dispose(): void {
    for (const signal of INTERRUPTS) process.off(signal, this.#listener(signal));
  }

  #listener(signal: Interrupt): (signal: Interrupt) => void {
    return signal === "SIGHUP" ? this.#onHangUp : this.#onSignal;
  }
}

/** Ends the process with the signal's exit code. */
export function exit(signal: Interrupt): void {
  process.exit(CODES[signal]);
}

const LOOKS = 20;
const LOOK_MILLISECONDS = 10;

/** Ends the process while it reads, after what the file system is doing for it. */
async function leave(signal: Interrupt): Promise<void> {
  for (let look = 0; look < LOOKS && isInFileSystem(); look++) await sleep(LOOK_MILLISECONDS);
  endReading(signal);
}

/**
 * `process.exit` waits for threads that are in the file system, and one may be there for ever: for a pipe that nobody
 * writes to. The signal itself does not wait, and a shell sees the same code.
 */
function endReading(signal: Interrupt): void {
  if (!isInFileSystem()) exit(signal);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

function isInFileSystem(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith("FSReq"));
}
