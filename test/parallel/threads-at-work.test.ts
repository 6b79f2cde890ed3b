import { randomStream } from "@scratch-nn/core/engine";
import { ThreadsAtWork } from "@scratch-nn/parallel/engine";
import { describe, expect, it } from "vitest";

/** The duration of a step with this many threads, at a time in milliseconds. */
type Machine = (threads: number, time: number) => { readonly milliseconds: number; readonly alone: number };

/** Threads that divide a step's work without loss, and then need some time to synchronise. */
const meeting =
  (work: number, rendezvous: (threads: number) => number): Machine =>
  (threads) => ({ milliseconds: work / threads + (threads > 1 ? rendezvous(threads) : 0), alone: work });

/** @returns the time that each number of threads was in use, and the last number that was best */
function run(machine: Machine, ceiling: number, milliseconds: number, noise = 0) {
  const tuner = new ThreadsAtWork(ceiling);
  const spent = new Map<number, number>();
  const random = randomStream(1, 1);
  let time = 0;
  for (let step = 0; time < milliseconds; step++) {
    const threads = tuner.now;
    const factor = 1 + noise * (random.uniform(step) - 0.5);
    const took = machine(threads, time);
    const timing = { milliseconds: took.milliseconds * factor, alone: took.alone * factor };
    time += timing.milliseconds;
    spent.set(threads, (spent.get(threads) ?? 0) + timing.milliseconds);
    tuner.note({ ...timing, wasAlone: threads === 1 });
  }
  return { best: tuner.best, part: (threads: number) => (spent.get(threads) ?? 0) / time };
}

describe("the number of threads at work", () => {
  it("stays the largest, and nothing else is tried, where every thread pays", () => {
    const { best, part } = run(
      meeting(0.5, () => 0.01),
      2,
      20_000,
      0.2,
    );
    expect(best).toBe(2);
    expect(part(2)).toBe(1);
  });

  it("becomes one for steps that are over before threads have met", () => {
    const { best, part } = run(
      meeting(0.01, () => 0.05),
      2,
      5000,
      0.2,
    );
    expect(best).toBe(1);
    expect(part(1)).toBeGreaterThan(0.9);
  });

  it("becomes what lies between, however many threads there might be", () => {
    // Milliseconds by threads: 1: 4, 2: 2.1, 4: 1.2, 8 and 10: 0.9, 12: 0.93, 16: 1.05
    const { best, part } = run(
      meeting(4, (threads) => 0.05 * threads),
      16,
      30_000,
      0.1,
    );
    expect([8, 10, 12]).toContain(best);
    expect(part(8) + part(10) + part(12)).toBeGreaterThan(0.8);
  });

  it("is fourteen where the sixteenth core is another's", () => {
    const machine: Machine = (threads) => ({
      milliseconds: 60 / threads + (threads > 14 ? 2.5 : 0.4),
      alone: 60,
    });
    expect(run(machine, 16, 30_000, 0.1).best).toBe(14);
  });

  it("follows a machine that gets busy, and free again", () => {
    const change = 20_000;
    const machine: Machine = (threads, time) =>
      meeting(0.5, () => (time > change && time < 2 * change ? 4 : 0.01))(threads, time);
    const tuner = new ThreadsAtWork(2);
    const best: number[] = [];
    for (let time = 0; time < 4 * change; ) {
      const took = machine(tuner.now, time);
      const isTurn = Math.floor(time / change) !== Math.floor((time + took.milliseconds) / change);
      if (isTurn) best.push(tuner.best);
      time += took.milliseconds;
      tuner.note({ ...took, wasAlone: tuner.now === 1 });
    }
    expect(best).toEqual([2, 1, 2, 2]);
  });

  it("costs little to look for where one more is hopeless: a trial is over after a step", () => {
    const { best, part } = run(
      (threads) => ({ milliseconds: threads === 1 ? 0.02 : 8, alone: 0.01 * threads }),
      2,
      60_000,
    );
    expect(best).toBe(1);
    expect(part(2)).toBeLessThan(0.02);
  });
});
