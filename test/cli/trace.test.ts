import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32c, KeptSpans, requirePlaces, settleTrials, Trace } from "@scratch-nn/cli";
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";
import { readEventFolder, readEvents } from "../support/event-files.ts";
import { someExamples } from "../support/examples.ts";
import { trainHere, trainJsonHere } from "../support/here.ts";
import { expectTimesToAddUp, lanesOf } from "../support/lanes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { expectTrace } from "../support/trace-file.ts";
import { train } from "../support/train-cli.ts";
import { until } from "../support/wait-for.ts";

const textOf = (trace: Trace): string => Buffer.concat(trace.encode()).toString();

describe("a trace", () => {
  it("shows what each thread did, who was lost and replaced, and the epochs' figures", async () => {
    const trace = new Trace();
    const all: parallel.Span[] = [];
    await parallel.fit(core.createNetwork({ layers: [30, 20, 4] }), someExamples(30, 400, 4, "bytes"), {
      epochs: 6,
      batchSize: 100,
      validation: someExamples(30, 50, 4, "bytes", 2),
      workers: 3,
      cores: 3,
      update: "slices",
      onSpans(spans, dropped) {
        all.push(...spans);
        trace.onSpans(spans, dropped);
      },
      onEpoch: trace.onEpoch,
    });
    const lost = { worker: 2, reason: "fell over", epoch: 3, step: 2, isReplaced: true };
    trace.onRetry(lost);
    const later = performance.now() + 1e6;
    trace.onSpans([{ thread: 2, kind: "wait", step: 80, from: later, to: later + 1 }], 0);
    const events = expectTrace(textOf(trace));
    const named = (name: string) => events.filter((event) => event.name === name);
    for (const name of ["task", "reduce", "update", "wait", "validation", "report"]) {
      expect(named(name).length).toBeGreaterThan(0);
    }
    expect(named("task")).toHaveLength(all.filter(({ kind }) => kind === "task").length);
    expect(named("loss")).toHaveLength(6);
    expect(named("worker 2 lost")).toMatchObject([{ tid: 2, args: { reason: "fell over", epoch: 3, step: 2 } }]);
    expect(named("worker 2 replaced")).toMatchObject([{ tid: 2 }]);
  });

  it("of steps cut by units has tasks without shards, one for each stage of a thread", async () => {
    const trace = new Trace();
    await parallel.fit(core.createNetwork({ layers: [30, 32, 4] }), someExamples(30, 256, 4, "bytes"), {
      epochs: 3,
      batchSize: 64,
      workers: 3,
      cores: 3,
      threadsAtWork: 3,
      update: "units",
      onSpans: trace.onSpans,
    });
    const events = expectTrace(textOf(trace));
    const tasks = events.filter(({ name }) => name === "task");
    expect(new Set(tasks.map(({ args }) => args["step"])).size).toBe(12);
    expect(tasks.filter(({ args }) => "shards" in args)).toEqual([]);
    expect(events.filter(({ name }) => name === "update" || name === "reduce")).toEqual([]);
  });

  it("of a diverging run has no numbers that JSON has not", () => {
    const trace = new Trace();
    trace.onSpans([{ thread: 0, kind: "report", step: 1, from: 0, to: 1 }], 3);
    trace.onEpoch({ epoch: 1, loss: Number.NaN, accuracy: Number.POSITIVE_INFINITY });
    expect(expectTrace(textOf(trace)).map(({ name }) => name)).toEqual(["report", "epoch"]);
    expect(JSON.parse(textOf(trace)).otherData).toMatchObject({ spansNotRecorded: 3, spansNotShown: 0 });
  });

  it("of a long run shows whole steps at both ends, however long it is", () => {
    const kept = new KeptSpans(100);
    const steps = 5000;
    for (let step = 1; step <= steps; step++) {
      const at = step * 10;
      const of = { step, thread: 0 } as const;
      kept.add([
        { ...of, kind: "task", from: at, to: at + 4, first: 0, end: 8 },
        { ...of, kind: "update", from: at + 4, to: at + 9, first: 0, end: 1, summing: 2 },
        { ...of, kind: "report", from: at + 9, to: at + 10 },
        { ...of, thread: 1, kind: "task", from: at + 1, to: at + 6, first: 8, end: 9 },
        { ...of, thread: 1, kind: "wait", from: at + 6, to: at + 11 },
      ]);
      // This thread takes no part until the middle of the run.
      if (step === 2000) kept.add([{ ...of, thread: 2, kind: "wait", from: 0, to: at }]);
    }
    const shown = kept.shown();
    expect(shown.length).toBeLessThan(220);
    expect(kept.left).toBe(5 * steps + 1 - 2 * 100);
    expectTimesToAddUp(shown);
    const [main, , parked] = lanesOf(shown);
    const numbers = [...new Set(main!.map(({ step }) => step))];
    expect(numbers[0]).toBe(1);
    expect(numbers.at(-1)).toBe(steps);
    expect(numbers.filter((n, i) => i > 0 && n !== numbers[i - 1] + 1)).toHaveLength(1);
    for (const n of numbers) expect(main!.filter(({ step }) => step === n)).toHaveLength(3);
    expect(parked).toMatchObject([{ from: 0, to: main!.findLast(({ step }) => step < 100)!.to }]);
  });
});

describe("event files", () => {
  it("have checksums by the standard's own example", () => {
    // The examples of RFC 3720, appendix B.4.
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  });
});

describe("train --trace --tensorboard", () => {
  it("writes both whole on Ctrl-C, events while it grows, and goes on in a file of its own", async () => {
    const cwd = temporaryFolder();
    const events = join(cwd, "events");
    const flags = [
      "--examples",
      "600",
      "--batch-size",
      "100",
      "--validation-fraction",
      "0.2",
      "--tensorboard",
      "events",
    ];
    const { code, stderr } = await train(
      [...flags, "--epochs", "1000000", "--workers", "2", "--out", "kept", "--trace", "kept/trace.json"],
      {
        cwd,
        async onStart(child) {
          const size = (): number =>
            readdirSync(events).reduce((sum, name) => sum + statSync(join(events, name)).size, 0);
          await until(child, () => {
            try {
              return size() > 10_000;
            } catch {
              return false;
            }
          });
          child.kill("SIGINT");
        },
      },
    );
    expect(stderr).toMatch(/stopped after/);
    expect(code).toBe(130);
    const timed = expectTrace(readFileSync(join(cwd, "kept/trace.json"), "utf8"));
    // A worker may not have started yet, but main has.
    expect(timed.some(({ tid, name }) => tid === 0 && name === "task")).toBe(true);
    const metrics = JSON.parse(readFileSync(join(cwd, "kept/metrics.json"), "utf8"));
    const { epochReports } = metrics;
    const [[version, ...epochs]] = readEventFolder(events);
    expect(version).toMatchObject({ version: "brain.Event:2", step: 0 });
    expect(epochs.map(({ step }) => step)).toEqual(epochReports.map((_: unknown, e: number) => e + 1));
    for (const [e, { loss, accuracy, validation }] of epochReports.entries()) {
      expect(epochs[e].scalars).toEqual({
        "loss/train": Math.fround(loss),
        "accuracy/train": Math.fround(accuracy),
        "loss/validation": Math.fround(validation.loss),
        "accuracy/validation": Math.fround(validation.accuracy),
        learning_rate: Math.fround(0.1),
        examples_per_second: expect.any(Number),
      });
    }
    const done = epochReports.length;
    await trainJsonHere(["--resume", "kept", "--epochs", `${done + 3}`, "--tensorboard", "events"], { cwd });
    const [, [, start, ...more]] = readEventFolder(events);
    expect(start).toMatchObject({ isStart: true, step: done + 1 });
    expect(more.map(({ step }) => step)).toEqual([1, 2, 3].map((i) => done + i));
    // A clock that was set back does not sort a file before an earlier one.
    const names = readdirSync(events).sort();
    const later = (Number(names[1].split(".")[3]) + 1e6).toFixed(0);
    renameSync(join(events, names[1]), join(events, names[1].replace(/\d{10}/, later)));
    await trainJsonHere(["--resume", "kept", "--epochs", `${done + 4}`, "--tensorboard", "events"], { cwd });
    expect(readEventFolder(events).map((file) => file.at(-1)?.step)).toEqual([done, done + 3, done + 4]);
    const [name] = names;
    const bytes = readFileSync(join(events, name));
    bytes[200] ^= 1;
    expect(() => readEvents(bytes)).toThrow(/at \d+/);
  });

  it("leaves no folder for events of a run that never began", async () => {
    const cwd = temporaryFolder();
    const { code } = await trainHere(["--data", "none.csv", "--label", "x", "--out", "run", "--tensorboard"], { cwd });
    expect([code, readdirSync(cwd)]).toEqual([2, []]);
  });

  it("refuses places that cannot be, or hold something else, and says which", () => {
    const cwd = temporaryFolder();
    const at = (name: string): string => join(cwd, name);
    mkdirSync(at("folder"));
    mkdirSync(at("run"));
    writeFileSync(at("customers.csv"), "a,b\n1,2\n");
    writeFileSync(at("old.json"), textOf(new Trace()));
    writeFileSync(at("empty.json"), "");
    writeFileSync(at("others.json"), '{"traceEvents":[]}');
    symlinkSync(at("run"), at("link"));
    const run = { path: at("run") };
    const cases: [Parameters<typeof requirePlaces>[0], RegExp][] = [
      [{ trace: "" }, /^--trace: .*nothing/],
      [{ trace: at("folder") }, /^--trace: expected a file to write, found .*folder, which is a folder/],
      [{ trace: at("none/trace.json") }, /^--trace: expected a file in a folder that is there, .*make .*none/],
      [{ trace: at("customers.csv") }, /^--trace: .*customers.csv, which holds something else/],
      [{ trace: at("run/config.json") }, /^--trace: .*one of the run's own/],
      [{ trace: at("link/metrics.json") }, /^--trace: .*one of the run's own/],
      [{ trace: at("others.json") }, /^--trace: .*others.json, which holds something else/],
      [{ tensorboard: at("link/checkpoints") }, /^--tensorboard: .*where the run keeps its own/],
      [{ trace: at("x"), tensorboard: at("x") }, /^--trace: .*--tensorboard/],
      [{ tensorboard: at("customers.csv") }, /^--tensorboard: expected a folder, found .*which is a file/],
      [{ tensorboard: at("customers.csv/below") }, /^--tensorboard: expected a folder that can be written to/],
    ];
    for (const [asked, message] of cases) expect(() => requirePlaces(asked, run)).toThrow(message);
    expect(readFileSync(at("customers.csv"), "utf8")).toBe("a,b\n1,2\n");
    for (const trace of ["old.json", "empty.json", "new.json", "run/trace.json"]) {
      requirePlaces({ trace: at(trace), tensorboard: true }, run);
    }
    expect(readdirSync(run.path)).toEqual(["tensorboard"]);
    for (const flag of ["trace", "tensorboard"]) {
      expect(() => settleTrials({ folds: 5 }, new Set(["folds", flag]))).toThrow(
        `--${flag}: expected nothing beside --folds`,
      );
      expect(settleTrials({}, new Set([flag]))).toEqual({ isOpen: true });
    }
  });
});
