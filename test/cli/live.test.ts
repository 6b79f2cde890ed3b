import { alsoFor, eitherOf, Lanes, News, type Watcher, weightPictures } from "@scratch-nn/cli";
import { createNetwork, type Network, type TrainingPosition } from "@scratch-nn/core";
import type { Span } from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runCommand } from "../support/train-cli.ts";

/** A step of two threads that takes a millisecond: main computes and updates, the worker computes and waits. */
const spansOf = (step: number): Span[] => [
  { thread: 0, kind: "task", step, from: step, to: step + 0.5, first: 0, end: 4 },
  { thread: 0, kind: "update", step, from: step + 0.5, to: step + 1, first: 0, end: 1 },
  { thread: 1, kind: "task", step, from: step, to: step + 0.25, first: 4, end: 8 },
  { thread: 1, kind: "wait", step, from: step + 0.25, to: step + 1 },
];
const steps = (first: number, last: number): Span[] =>
  Array.from({ length: last - first + 1 }, (_, i) => spansOf(first + i)).flat();

describe("lanes", () => {
  it("show the last whole step, and how busy each thread was", () => {
    const shown = new Lanes(2, 10).note(steps(11, 14), 0)!;
    expect([shown.epoch, shown.step, shown.isAgain, shown.busy]).toEqual([2, 3, false, [1, 0.25]]);
    expect(shown.threads[1]).toEqual([
      { kind: "task", from: 13, to: 13.25, first: 4, end: 8 },
      { kind: "wait", from: 13.25, to: 14 },
    ]);
  });

  it("show a step that is told in parts once it is whole, and no more than four a second", () => {
    const lanes = new Lanes(2, 10);
    const [first, ...others] = spansOf(1);
    expect(lanes.note([first], 0)).toBeUndefined();
    expect(lanes.note(others, 100)).toBeUndefined();
    const [next] = spansOf(2);
    expect(lanes.note([next], 200)?.threads.flat()).toHaveLength(4);
    const times = Array.from({ length: 100 }, (_, i) => 300 + 10 * i);
    const shown = times.filter((now, i) => lanes.note(spansOf(3 + i), now) !== undefined);
    expect(shown.length).toBeLessThanOrEqual(4);
    expect(shown.length).toBeGreaterThanOrEqual(3);
  });

  it("show a step that lost a worker whole, with both tries, and let it stay for a while", () => {
    const lanes = new Lanes(2, 1);
    lanes.note(steps(1, 3), 0);
    lanes.noteLoss(3, 1);
    // Further steps were computed before the repetition is reported, and more follow quickly.
    const again = lanes.note([...spansOf(3), ...steps(4, 40)], 50)!;
    expect([again.epoch, again.isAgain, again.threads[0].length]).toEqual([3, true, 4]);
    expect(lanes.note(steps(41, 50), 4000)).toBeUndefined();
    expect(lanes.note(steps(51, 60), 5100)).toMatchObject({ epoch: 59, isAgain: false });
  });

  it("show tasks without shards, of a step that is cut by units", () => {
    const spans = steps(1, 3).map(({ first: _, end: __, ...span }): Span => span);
    expect(new Lanes(2, 10).note(spans, 0)!.threads[1]).toEqual([
      { kind: "task", from: 2, to: 2.25 },
      { kind: "wait", from: 2.25, to: 3 },
    ]);
  });

  it("hold little of a step of many tasks", () => {
    const lanes = new Lanes(2, 1);
    const many = Array.from({ length: 50_000 }, (): Span => ({ thread: 1, kind: "task", step: 1, from: 1, to: 1 }));
    expect(lanes.note([...many, ...spansOf(2)], 0)!.threads[1].length).toBeLessThanOrEqual(1024);
  });
});

describe("what is new", () => {
  const lanesOf = (step: number) =>
    ({ kind: "lanes", lanes: new Lanes(2, 10).note(steps(step, step + 1), 0)! }) as const;

  it("is told once: every epoch, and of pictures the last", () => {
    const news = new News();
    news.addEpochs([{ epoch: 1, loss: 3 }]);
    news.set(lanesOf(1));
    news.addEpochs([{ epoch: 2, loss: 2 }]);
    news.set(lanesOf(2));
    expect(news.take()).toEqual([
      {
        kind: "epochs",
        reports: [
          { epoch: 1, loss: 3 },
          { epoch: 2, loss: 2 },
        ],
      },
      lanesOf(2),
    ]);
    expect(news.take()).toEqual([]);
    news.set(lanesOf(3));
    expect(news.take()).toEqual([lanesOf(3)]);
  });
});

describe("pictures of the first layer's weights", () => {
  const network = (layers: number[], weights: ArrayLike<number>): Network => {
    const made = createNetwork({ layers });
    made.W[1].set(weights);
    return made;
  };
  const bytesOf = ({ pixels }: { readonly pixels: string }): number[] => [...Buffer.from(pixels, "base64")];

  it("have a byte a weight, 128 for 0, to the strongest weight of all", () => {
    const picture = weightPictures(network([4, 2, 2], [0, 0.5, -1, 0.25, 1, 0, 0, -0.5]), 7, [2, 2]);
    expect(picture).toMatchObject({ epoch: 7, units: 2, of: 2, width: 2, height: 2, largest: 1 });
    expect(bytesOf(picture)).toEqual([128, 192, 1, 160, 255, 128, 128, 64].map((byte, i) => (i === 7 ? 65 : byte)));
  });

  it("are averaged where they are large, and there are 64 at most", () => {
    const side = 64;
    const weights = Float32Array.from({ length: 100 * side * side }, (_, i) => (i % side < side / 2 ? 1 : -1));
    const picture = weightPictures(network([side * side, 100, 2], weights), 1, [side, side]);
    expect(picture).toMatchObject({ units: 64, of: 100, width: 32, height: 32 });
    const bytes = bytesOf(picture);
    expect(bytes).toHaveLength(64 * 32 * 32);
    expect(new Set(bytes.slice(0, 16))).toEqual(new Set([255]));
    expect(new Set(bytes.slice(16, 32))).toEqual(new Set([1]));
  });

  it("are rows where an example is no picture", () => {
    const picture = weightPictures(network([3, 2, 2], [1, 2, 3, -1, -2, -3]), 1, undefined);
    expect(picture).toMatchObject({ width: 3, height: 1, units: 2, largest: 3 });
  });
});

describe("who looks on", () => {
  const position = { epoch: 3 } as TrainingPosition;
  const network = createNetwork({ layers: [2, 2] });

  it("is shown the network between the run's own checkpoints, and a failing run's end is the run's alone", () => {
    const log: string[] = [];
    let [isDue, isWanted] = [false, false];
    const watcher = {
      wantsNetwork: () => isWanted,
      onNetwork: (_: Network, epoch: number) => log.push(`shown ${epoch}`),
    } as unknown as Watcher;
    const { areDue, take } = alsoFor(watcher, { areDue: () => isDue, take: () => log.push("kept") });
    const step = (): void => {
      if (areDue(3, 1)) take(position, network);
    };
    for ([isDue, isWanted] of [
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ]) {
      log.push(`${isDue} ${isWanted}`);
      step();
    }
    [isDue, isWanted] = [false, false];
    step();
    log.push("fails");
    take(position, network);
    expect(log).toEqual([
      "false false",
      "false true",
      "shown 3",
      "true false",
      "kept",
      "true true",
      "shown 3",
      "kept",
      "fails",
      "kept",
    ]);
  });

  it("may stop it, as a signal does", () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const either = eitherOf(one.signal, other.signal);
    expect(either.aborted).toBe(false);
    other.abort();
    expect([either.aborted, one.signal.aborted]).toEqual([true, false]);
    expect(eitherOf(one.signal, undefined)).toBe(one.signal);
  });
});

describe("the page's flags", () => {
  it("are refused without a page, and so is what is no run", async () => {
    const cwd = temporaryFolder();
    const said = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await runCommand(args, { cwd });
      expect(code, stderr).toBe(2);
      return stderr;
    };
    expect(await said("train", "--ui-port", "8080")).toContain("--ui-port: expected --ui beside it");
    expect(await said("ui", "nothing-there")).toMatch(/ui: expected the folder of a run.*nothing-there/s);
  });
});
