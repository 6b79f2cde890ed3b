/** Handles Ctrl-C, SIGTERM and SIGHUP throughout a command. */
import { setTimeout as sleep } from "node:timers/promises";
import { clearBars } from "../output/bar.ts";
import { EXIT } from "../output/exit.ts";
import { isNohup } from "./hang-up.ts";
import { areStillWaitedFor, waitingBelowNpx } from "./npx.ts";

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp } as const;
export type Interrupt = keyof typeof CODES;
const INTERRUPTS = Object.keys(CODES) as Interrupt[];

const PROC = "/proc";
const LOOK_FOR_NPX_MILLISECONDS = 1000;

/** The message where a run is stopped while it reads data. */
export const STOPPED_EARLY = "stopped before the training began: there is nothing to save";

/** A terminal, a shell and a package manager that pass on the same signal repeat it within this time. */
const SAME_MILLISECONDS = 200;

/**
 * The first signal runs the command's current action; a second one ends the process at once. After the first, the
 * handlers are removed, so that the system itself handles the second. A busy thread or a hanging disk cannot delay it.
 */
export class Interrupts {
  readonly #controller = new AbortController();
  #first: Interrupt | undefined;
  #since = 0;
  /** Whether the repeats of the first signal have been delivered, however long this process had no core. */
  #hasTurned = false;
  #isSaving = false;
  #watch: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  #onLeft: () => void = () => {};
  readonly #left = new Promise<void>((resolve) => {
    this.#onLeft = resolve;
  });
  #onFirst: (signal: Interrupt) => void = (signal) => void leave(signal);
  readonly #onSignal = (signal: Interrupt): void => {
    if (this.#first === undefined) {
      this.#first = signal;
      this.#controller.abort(signal);
      this.#onFirst(signal);
      this.#since = performance.now();
      // Delivers pending signals first.
      const toSystem = (): void => this.#leaveToSystem();
      this.#timer = setTimeout(() => afterTwoTurns(toSystem), SAME_MILLISECONDS);
      afterTwoTurns(() => {
        this.#hasTurned = true;
      });
    } else if (signal !== this.#first || (this.#hasTurned && performance.now() - this.#since >= SAME_MILLISECONDS)) {
      void leave(signal);
    }
  };
  readonly #ignoresHangUp = isNohup({ env: process.env, proc: PROC, parent: process.ppid });

  constructor() {
    for (const signal of INTERRUPTS) process.on(signal, this.#listener(signal));
    // Unless a closed terminal should be ignored, watch for the end of npx.
    if (!this.#ignoresHangUp) this.#watchNpx();
  }

  /** Aborted with the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code after a signal; undefined before. */
  get exitCode(): number | undefined {
    return this.#first && CODES[this.#first];
  }

  /**
   * While there is nothing to save, the first signal cleans up, prints a line and ends the process.
   * @param outcome the text of the line
   */
  whileReading(outcome: string, clearAway: () => Promise<void> = async () => {}): void {
    this.#isSaving = false;
    this.#onFirst = (signal) => {
      clearBars();
      process.stderr.write(`${signal}: ${outcome}\n`);
      void clearAway().finally(() => leave(signal));
    };
  }

  /**
   * A reader awaits this to continue. After a signal while reading it never settles, as the process is about to end.
   */
  goOn(): Promise<void> {
    return this.#first === undefined || this.#isSaving ? Promise.resolve() : new Promise(() => {});
  }

  /** From this call on there is something to save, and the first signal runs `act`. */
  whileSaving(act: (signal: Interrupt) => void): void {
    this.#isSaving = true;
    this.#onFirst = act;
  }

  dispose(): void {
    for (const signal of INTERRUPTS) process.off(signal, this.#listener(signal));
    clearInterval(this.#watch);
    clearTimeout(this.#timer);
  }

  /** After a first signal, delays long synchronous work until the system handles the next signal. */
  async beforeLongWork(): Promise<void> {
    if (this.#first !== undefined) await this.#left;
  }

  /** Treats the end of npx as the SIGTERM that npx did not pass on. */
  #watchNpx(): void {
    const waiting = waitingBelowNpx(PROC, process.pid);
    if (waiting.length === 0) return;
    this.#watch = setInterval(() => {
      if (areStillWaitedFor(PROC, waiting)) return;
      clearInterval(this.#watch);
      if (this.#first === undefined) this.#onSignal("SIGTERM");
    }, LOOK_FOR_NPX_MILLISECONDS).unref();
  }

  #listener(signal: Interrupt): (signal: Interrupt) => void {
    return signal === "SIGHUP" && this.#ignoresHangUp ? ignore : this.#onSignal;
  }

  #leaveToSystem(): void {
    for (const signal of INTERRUPTS) process.off(signal, this.#onSignal);
    this.#onLeft();
  }
}

/** Runs `act` after two turns of the event loop, so that pending signals are delivered first. */
function afterTwoTurns(act: () => void): void {
  setImmediate(() => setImmediate(act));
}

/**
 * A listener that does nothing. Without one, the signal would end the process, since Node has undone nohup's setting.
 */
function ignore(): void {}

const LOOKS = 20;
const LOOK_MILLISECONDS = 10;

/**
 * Ends the process with the signal's exit code, after pending file operations. `process.exit` waits for threads in the
 * file system, possibly for ever: for a pipe without a writer, or a disk that is gone. The signal itself does not wait,
 * and a shell sees the same code.
 */
export async function leave(signal: Interrupt): Promise<void> {
  for (let look = 0; look < LOOKS && isInFileSystem(); look++) await sleep(LOOK_MILLISECONDS);
  if (!isInFileSystem()) process.exit(CODES[signal]);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

function isInFileSystem(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith("FSReq"));
}
