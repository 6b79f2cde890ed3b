import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { decodeCheckpoint } from "@scratch-nn/cli";
import { decodeModel } from "@scratch-nn/core";
import { describe, expect, it } from "vitest";
import { refusal, trainHere, trainJsonHere } from "../support/here.ts";
import { copiesOf, temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train } from "../support/train-cli.ts";
import { untilSaid, untilThere } from "../support/wait-for.ts";

const JOB = ["--examples", "300", "--hidden", "12", "--batch-size", "50", "--optimizer", "adam", "--lr", "0.01"];
const EVERY = ["--checkpoint-every", "1", "--keep-checkpoints", "99"];
const BEST = [...JOB, "--validation-fraction", "0.25", "--patience", "4", "--epochs", "60", "--schedule", "plateau"];
const MEAN = [...JOB, "--validation-fraction", "0.25", "--average-from", "0.5", "--epochs", "8"];

const read = (cwd: string, name: string): string => readFileSync(join(cwd, "kept", name), "utf8");
const checkpoints = (cwd: string): string[] => readdirSync(join(cwd, "kept/checkpoints")).sort();
const newestOf = (cwd: string) =>
  decodeCheckpoint(readFileSync(join(cwd, "kept/checkpoints", checkpoints(cwd).at(-1)!)));
const weightsIn = (cwd: string): Float32Array =>
  decodeModel(new Uint8Array(readFileSync(join(cwd, "kept/model.safetensors")))).network.parameters;

interface Report {
  readonly loss: number;
  readonly validation: { readonly loss: number; readonly accuracy: number };
}

/** Whole runs in `kept`, with a checkpoint of nearly every epoch. */
const RUNS = {
  best: {
    flags: BEST,
    copy: copiesOf((cwd) => trainJsonHere([...BEST, ...EVERY, ...ALONE, "--out", "kept"], { cwd })),
  },
  mean: {
    flags: MEAN,
    copy: copiesOf((cwd) => trainJsonHere([...MEAN, ...EVERY, ...ALONE, "--out", "kept"], { cwd })),
  },
};

describe("--validation-fraction", () => {
  it("holds examples back from the training part, says so, and shows both curves", async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await trainHere([...BEST, "--out", "kept", ...ALONE], { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/: 180 examples to train on, 60 to validate on, 60 to test on;/);
    expect(stderr).toMatch(
      /^ +stops after 4 epochs without a better validation \(loss\); ends with the weights of the best epoch$/m,
    );
    expect(stderr).toMatch(
      /^epoch 6\/60 {2}loss \d\.\d{4}, train accuracy [\d.]+ %; validation loss \d\.\d{4}, accuracy [\d.]+ %, /m,
    );
    expect(stdout).toMatch(/^validation loss +[▁-█]+ {2}\d\.\d{4} -> \d\.\d{4}$/m);
    const metrics = JSON.parse(read(cwd, "metrics.json"));
    const reports: Report[] = metrics.epochReports;
    const rated = reports.map(({ validation }, i) => ({ epoch: i + 1, ...validation }));
    const [best] = rated.sort((a, b) => a.loss - b.loss);
    expect(metrics).toMatchObject({
      examples: 180,
      validationExamples: 60,
      testExamples: 60,
      bestEpoch: best.epoch,
      bestValidationAccuracy: best.accuracy,
      bestValidationLoss: best.loss,
      validationLoss: reports.at(-1)!.validation.loss,
      validationAccuracy: reports.at(-1)!.validation.accuracy,
      epochs: best.epoch + 4,
      stoppedEarly: true,
      completed: true,
      weightsOf: "best",
    });
    expect(stdout).toMatch(
      new RegExp(`^ +stopped early, after ${best.epoch + 4} epochs; weights: of epoch ${best.epoch}$`, "m"),
    );
    expect(JSON.parse(read(cwd, "config.json"))).toMatchObject({
      validationFraction: 0.25,
      patience: 4,
      keep: "best",
      bestBy: "loss",
      schedule: "plateau",
    });
    // The model has the best epoch's weights, the checkpoint the last step's.
    const { network, position } = newestOf(cwd);
    expect(position.epoch).toBe(best.epoch + 5);
    expect(position.kept).toEqual(weightsIn(cwd));
    expect(network.parameters).not.toEqual(weightsIn(cwd));
  });

  it("is told apart from a run that says nothing of it by nothing that this one keeps", async () => {
    const cwd = temporaryFolder();
    const { stdout } = await trainHere([...JOB, "--keep", "last", "--epochs", "2", "--out", "kept", ...ALONE], { cwd });
    expect(read(cwd, "config.json")).not.toMatch(/validation|keep|bestBy|patience|average/);
    expect(stdout).not.toMatch(/validation|weights:/);
    expect(JSON.parse(read(cwd, "metrics.json"))).toMatchObject({
      validationLoss: null,
      bestEpoch: null,
      weightsOf: "last",
    });
  });
});

describe("--best-by score", () => {
  it("takes the epoch of the highest accuracy, of equals the one of the least loss", async () => {
    const cwd = temporaryFolder();
    const flags = ["--validation-fraction", "0.1", "--keep", "best", "--best-by", "score", "--epochs", "20"];
    const { stderr } = await trainHere([...JOB, ...flags, "--out", "kept", ...ALONE], { cwd });
    expect(stderr).toMatch(/^ +ends with the weights of the best epoch \(accuracy, then loss\)$/m);
    const { bestEpoch, epochReports } = JSON.parse(read(cwd, "metrics.json"));
    const reports: Report[] = epochReports;
    const rated = reports.map(({ validation }, i) => ({ epoch: i + 1, ...validation }));
    expect(bestEpoch).toBe(rated.sort((a, b) => b.accuracy - a.accuracy || a.loss - b.loss)[0].epoch);
  });
});

describe("--average-from", () => {
  it("ends with the mean, says so, and validates it", async () => {
    const cwd = temporaryFolder();
    const { stdout, stderr } = await trainHere([...MEAN, "--out", "kept", ...ALONE], { cwd });
    expect(stderr).toMatch(/^ +ends with the mean of the weights of epochs 5 to 8$/m);
    expect(stdout).toMatch(/^ +weights: the mean of 4 epochs$/m);
    expect(newestOf(cwd).position.kept).toEqual(weightsIn(cwd));
  });
});

describe.each(Object.entries(RUNS))("a run to its %s weights", (_, { flags, copy }) => {
  it.each(["0", "1", "2", "5"])("has the bits of one thread with %s workers", async (workers) => {
    const cwd = await copy();
    const expected = JSON.parse(read(cwd, "metrics.json"));
    const summary = await trainJsonHere([...flags, "--workers", workers], { cwd: temporaryFolder() });
    const { weightsSha256, validationLoss, bestEpoch, epochs } = expected;
    expect(summary).toMatchObject({ weightsSha256, validationLoss, bestEpoch, epochs });
  });

  it("goes on from any epoch to the same bits", async () => {
    const whole = await copy();
    const { weightsSha256, epochReports } = JSON.parse(read(whole, "metrics.json"));
    const names = checkpoints(whole);
    for (const [i, last] of names.entries()) {
      if (i % 3 !== 1 && i !== names.length - 1) continue;
      const cwd = await copy();
      for (const name of names) if (name > last) rmSync(join(cwd, "kept/checkpoints", name));
      const summary = await trainJsonHere(["--resume", "kept", "--workers", String(i % 3)], { cwd });
      expect(summary.weightsSha256).toBe(weightsSha256);
      expect(JSON.parse(read(cwd, "metrics.json")).epochReports).toEqual(epochReports);
    }
  });
});

describe("a run that is stopped", () => {
  const LONG = ["--examples", "600", "--batch-size", "7", "--validation-fraction", "0.3", "--lr", "0.02", ...ALONE];

  it("by Ctrl-C gives the best so far, and goes on from where it was", async () => {
    const cwd = temporaryFolder();
    const job = [...LONG, "--keep", "best", "--checkpoint-every", "1"];
    const stopped = await train([...job, "--epochs", "100000", "--out", "kept", "--quiet"], {
      cwd,
      async onStart(child) {
        await untilThere(child, join(cwd, "kept/checkpoints"), /checkpoint$/);
        child.kill("SIGINT");
      },
    });
    expect(stopped.code).toBe(130);
    const { bestEpoch } = JSON.parse(read(cwd, "metrics.json"));
    expect(stopped.stderr).toContain(`the network of epoch ${bestEpoch}, the best so far, is in kept\n`);
    const { network, position } = newestOf(cwd);
    expect(position.kept).toEqual(weightsIn(cwd));
    const atBest = await trainJsonHere([...LONG, "--epochs", String(bestEpoch), "--out", "best"], { cwd });
    expect(JSON.parse(read(cwd, "metrics.json")).weightsSha256).toBe(atBest.weightsSha256);
    expect(network.parameters.length).toBe(weightsIn(cwd).length);
    const epochs = String(position.epoch + 1);
    const resumed = await trainJsonHere(["--resume", "kept", "--epochs", epochs], { cwd });
    const whole = await trainJsonHere([...job, "--epochs", epochs, "--out", "whole"], { cwd });
    expect(resumed.weightsSha256).toBe(whole.weightsSha256);
  });

  it("by a kill goes on from its last checkpoint", async () => {
    const cwd = temporaryFolder();
    const job = [...LONG, "--average-from", "0", "--epochs", "12"];
    const { signal } = await train([...job, "--checkpoint-every", "1", "--out", "kept"], {
      cwd,
      async onStart(child) {
        await untilSaid(child, /epoch 4\/12/);
        child.kill("SIGKILL");
      },
    });
    expect(signal).toBe("SIGKILL");
    const resumed = await trainJsonHere(["--resume", "kept"], { cwd });
    expect(resumed.weightsSha256).toBe((await trainJsonHere([...job, "--out", "whole"], { cwd })).weightsSha256);
  });
});

describe("the command refuses, leaving nothing behind,", () => {
  const V = ["--validation-fraction", "0.1"];
  it.each([
    [["--patience", "3"], /^error: --patience: expected --validation-fraction with it: .*found 3 alone; pass/],
    [["--keep", "best"], /^error: --keep: expected --validation-fraction with it: .*found best alone;/],
    [["--best-by", "loss"], /^error: --best-by: expected --validation-fraction with it: .*found loss alone;/],
    [
      [...V, "--patience", "3", "--average-from", "0.5"],
      /^error: --patience: expected nothing with --average-from: .*found 3, and --average-from 0.5;/,
    ],
    [
      [...V, "--keep", "best", "--average-from", "0.5"],
      /^error: --keep: expected nothing with --average-from: .*found best, and --average-from 0.5;/,
    ],
    [["--validation-fraction", "0"], /^error: --validation-fraction: expected a number above 0 and below 1, found "0"/],
    [["--average-from", "1"], /^error: --average-from: expected a number from 0 to below 1, found "1"/],
    [["--patience", "0"], /^error: --patience: expected a whole number from 1 to \d+, found "0"/],
    [
      ["--schedule", "one-cycle", "--warmup", "5"],
      /^error: --warmup: expected nothing with --schedule one-cycle, .*found 5;/,
    ],
    [
      ["--examples", "50", "--validation-fraction", "0.01"],
      /^error: --validation-fraction: expected a part of the 40 examples .*found 0.01, which leaves none to validate on;/,
    ],
    [
      ["--examples", "12", "--test-fraction", "0", "--hidden", "3", "--validation-fraction", "0.04"],
      /^error: --validation-fraction: expected a part of the 12 examples .* each class keeping one of its own/,
    ],
  ])("%j", async (flags, message) => {
    const cwd = temporaryFolder();
    const { code, stderr } = await refusal(["train", "--quiet", "--out", "kept", ...flags], { cwd });
    expect(stderr).toMatch(message);
    expect([code, readdirSync(cwd)]).toEqual([2, []]);
  });

  it.each([
    [
      "another fraction",
      ["--validation-fraction", "0.1"],
      /^error: --validation-fraction: expected 0.25, as in kept, found 0.1/m,
    ],
    ["another patience", ["--patience", "5"], /^error: --patience: expected nothing, as in kept, found 5;/m],
    ["another mean", ["--average-from", "0.4"], /^error: --average-from: expected 0.5, as in kept, found 0.4;/m],
    ["the best", ["--keep", "best"], /^error: --keep: expected last, as in kept, found best;/m],
    [
      "more epochs for a mean of the last half",
      ["--epochs", "20"],
      /^error: --epochs: expected 8, as in kept: the mean of its weights is of the last of so many \(--average-from 0.5\), found 20;/m,
    ],
  ])("to go on with %s", async (_, flags, message) => {
    const cwd = await RUNS.mean.copy();
    const before = checkpoints(cwd);
    const { code, stderr } = await refusal(["train", "--resume", "kept", ...flags], { cwd });
    expect(stderr).toMatch(message);
    expect([code, checkpoints(cwd)]).toEqual([2, before]);
  });
});
