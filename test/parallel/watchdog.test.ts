import { type Clock, Watchdog } from "@scratch-nn/parallel/engine";
import { describe, expect, it } from "vitest";

const PATIENCE = 20_000;
/** The milliseconds of one of main's waits. */
const LOOK = 10;

/** A process with one worker, whose threads compute for as long as the test says. */
class Scene {
  time = 0;
  computed = 0;
  beat = 0;
  readonly watchdog: Watchdog;

  constructor() {
    const clock: Clock = { now: () => this.time, computing: () => this.computed };
    this.watchdog = new Watchdog({ beatOf: () => this.beat, patience: PATIENCE }, clock);
  }

  /** Main waits this often in vain. @returns the number of waits after which the worker was lost */
  look(looks: number, each = LOOK): number | undefined {
    for (let look = 1; look <= looks; look++) if (this.watchdog.waited(1, each) !== undefined) return look;
    return undefined;
  }

  /** Main works for this long. */
  work(milliseconds: number, computing = milliseconds): void {
    for (const _ of this.watchdog.timed(this.#piece(milliseconds, computing)));
  }

  *#piece(milliseconds: number, computing: number): Generator<void> {
    this.time += milliseconds;
    this.computed += computing;
    yield;
  }
}

const looksIn = (milliseconds: number): number => milliseconds / LOOK;

describe("a worker without a sign of life", () => {
  it("is lost after as long as was asked for, and not before", () => {
    expect(new Scene().look(looksIn(PATIENCE) + 1)).toBe(looksIn(PATIENCE));
  });

  it("is not lost while the whole process stands still: a look counts as little longer than it was meant to last", () => {
    const scene = new Scene();
    expect(scene.look(100, 3_600_000)).toBeUndefined();
    expect(scene.look(looksIn(PATIENCE))).toBeDefined();
  });

  it("is given the time of main's own pieces, several times over: large layers, plain kernels, a busy core", () => {
    const scene = new Scene();
    scene.work(60_000);
    expect(scene.look(looksIn(5 * 60_000) - 1)).toBeUndefined();
    expect(scene.look(1)).toBe(1);
  });

  it("is given the time of pieces that come one by one", () => {
    const scene = new Scene();
    const pieces = function* () {
      for (let i = 0; i < 3; i++) {
        scene.time += 10_000 * i;
        scene.computed += 10_000 * i;
        yield i;
      }
      return "done";
    };
    const work = scene.watchdog.timed(pieces());
    const yielded: number[] = [];
    let next = work.next();
    for (; !next.done; next = work.next()) yielded.push(next.value);
    expect([yielded, next.value]).toEqual([[0, 1, 2], "done"]);
    expect(scene.look(looksIn(5 * 20_000) - 1)).toBeUndefined();
    expect(scene.look(1)).toBe(1);
  });

  it("is not given the time of a piece in whose middle the process was stopped", () => {
    const scene = new Scene();
    scene.work(3_600_000, 50);
    expect(scene.look(looksIn(PATIENCE))).toBe(looksIn(PATIENCE));
  });

  it("is given the time that it was silent before, several times over", () => {
    const scene = new Scene();
    scene.look(looksIn(15_000));
    scene.beat++;
    expect(scene.look(looksIn(5 * 15_000) - 1)).toBeUndefined();
    expect(scene.look(1)).toBe(1);
  });

  it("keeps the patience that was asked for where pieces are short", () => {
    const scene = new Scene();
    for (let i = 0; i < 1000; i++) scene.work(400);
    expect(scene.look(looksIn(PATIENCE))).toBe(looksIn(PATIENCE));
  });
});
