/** Main's waits during a step: for the words of other threads, and for the event loop, which must stay alive. */
import type { FitProgress } from "@scratch-nn/core";
import { TURN_MILLISECONDS, Turn } from "./runtime/event-loop.ts";
import { columnsOf, isBusy, type StepPlace, type WORDS } from "./sync/control.ts";
import { type Idle, Waiting } from "./sync/waiting.ts";
import type { TeamParts } from "./team-parts.ts";

/** Thrown to give up a step because the signal was aborted. */
export const ABORTED = Symbol("aborted");

export class MainWaits {
  readonly #parts: TeamParts;
  readonly #turn = new Turn(TURN_MILLISECONDS);
  readonly #waiting: Waiting;
  /** Milliseconds of the current step that main spent in the event loop and the exchange between ranks. */
  away = 0;

  /** @param idle work for main while it waits */
  constructor(parts: TeamParts, idle: Idle) {
    this.#parts = parts;
    this.#waiting = new Waiting(parts.run.memory.control, idle);
  }

  /** Whether main should yield to the event loop. */
  get isTurnOver(): boolean {
    return this.#turn.isOver();
  }

  /**
   * Waits until `isOver` returns true, which may happen only when the word changes.
   * @param place the step, if it can still be given up; else undefined
   * @throws ABORTED, or the pool's failure
   */
  async until(word: keyof typeof WORDS, isOver: () => boolean, place: StepPlace | undefined): Promise<void> {
    const { run, watch, watchdog, pool } = this.#parts;
    const { control } = run.memory;
    const { threads } = run.shape;
    for (;;) {
      const start = performance.now();
      if (watch.wait(() => this.#waiting.untilOrTimeout(word, isOver, TURN_MILLISECONDS))) return;
      for (let worker = 1; worker < threads; worker++) {
        if (!isBusy(control, worker)) continue;
        const lost = watchdog.waited(worker, performance.now() - start);
        if (lost !== undefined) pool.giveUp(lost);
      }
      await this.takeTurn(place, place === undefined ? 0 : place.to - place.from);
    }
  }

  /**
   * Yields to the event loop.
   * @param place the step, if it can still be given up; else undefined
   * @param own how many columns of it main has computed
   * @throws the pool's failure; ABORTED, if the step can still be given up
   */
  async takeTurn(place: StepPlace | undefined, own: number): Promise<void> {
    const { run, pool, spans } = this.#parts;
    const start = performance.now();
    spans?.lane.pause();
    await this.#turn.yield();
    if (place !== undefined) this.#tell(place, own);
    spans?.tick();
    spans?.lane.resume();
    this.away += performance.now() - start;
    if (pool.failure !== undefined) throw pool.failure;
    if (place !== undefined && run.options.signal?.aborted) throw ABORTED;
  }

  #tell({ epoch, from, to, isValidation }: StepPlace, own: number): void {
    const { run } = this.#parts;
    if (isValidation) return;
    let examples = from + own;
    for (let worker = 1; worker < run.shape.threads; worker++) examples += columnsOf(run.memory.control, worker);
    const progress: FitProgress = { epoch, examples: Math.min(to, examples) };
    run.options.onProgress?.(progress);
  }
}
