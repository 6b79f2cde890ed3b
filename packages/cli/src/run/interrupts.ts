/** Ctrl-C, SIGTERM and SIGHUP, from the first moment of a command to its last. */
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

/** Said where a run is stopped while it reads. */
export const STOPPED_EARLY = "stopped before the training began: there is nothing to save";

/** Within this time a signal comes again from a terminal, a shell and a package manager that all pass on the same one. */
const SAME_MILLISECONDS = 200;

/**
 * The first signal does what the command wants at the moment; a second one ends the process at once. It is the system that
 * does so, once the first has been told: a thread that is busy, or a disk that does not answer, cannot keep it.
 */
export class Interrupts {
  readonly #controller = new AbortController();
  #first: Interrupt | undefined;
  #since = 0;
  /** What came with the first signal has been told, however long this process had no core meanwhile. */
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
      // What came meanwhile is told before that.
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
    // Where a closed terminal is to end nothing, it may end npx.
    if (!this.#ignoresHangUp) this.#watchNpx();
  }

  /** Aborted with the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The code to exit with, once a signal came. */
  get exitCode(): number | undefined {
    return this.#first && CODES[this.#first];
  }

  /**
   * While there is nothing to save, the first signal clears away and ends the process, with a line.
   * @param outcome what to say
   */
  whileReading(outcome: string, clearAway: () => Promise<void> = async () => {}): void {
    this.#isSaving = false;
    this.#onFirst = (signal) => {
      clearBars();
      process.stderr.write(`${signal}: ${outcome}\n`);
      void clearAway().finally(() => leave(signal));
    };
  }

  /** Whoever reads goes on only if no signal has come; else the process is about to end, and this does not settle. */
  goOn(): Promise<void> {
    return this.#first === undefined || this.#isSaving ? Promise.resolve() : new Promise(() => {});
  }

  /** From now on there is something to save: the first signal does this. */
  whileSaving(act: (signal: Interrupt) => void): void {
    this.#isSaving = true;
    this.#onFirst = act;
  }

  dispose(): void {
    for (const signal of INTERRUPTS) process.off(signal, this.#listener(signal));
    clearInterval(this.#watch);
    clearTimeout(this.#timer);
  }

  /** Once a signal has come, work that keeps the event loop waiting for long begins when the next one ends it all the same. */
  async beforeLongWork(): Promise<void> {
    if (this.#first !== undefined) await this.#left;
  }

  /** Ends with npx, as by the SIGTERM that npx did not pass on. */
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

/** Of the event loop: signals that are there already are told before. */
function afterTwoTurns(act: () => void): void {
  setImmediate(() => setImmediate(act));
}

/** With no listener the signal would end the process, since Node has undone what nohup did. */
function ignore(): void {}

const LOOKS = 20;
const LOOK_MILLISECONDS = 10;

/**
 * Ends the process with the signal's exit code, after what the file system is doing for it. `process.exit` waits for
 * threads that are in the file system, and one may be there for ever: for a pipe that nobody writes to, for a disk
 * that is gone. The signal itself does not wait, and a shell sees the same code.
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
