import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeModel, evaluate } from "@scratch-nn/core";
import { parameterBytes } from "@scratch-nn/core/engine";
import { drawDigits, testExamples } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { trainHere, trainJsonHere } from "../support/here.ts";
import { writeIdxFolder } from "../support/idx-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train, trainJson } from "../support/train-cli.ts";

const SMALL = ["--examples", "500", "--epochs", "5"];

describe("train", () => {
  it("keeps a run: model, configuration and metrics that belong together", async () => {
    const cwd = temporaryFolder();
    const summary = await trainJsonHere([...SMALL, "--out", "kept"], { cwd });
    expect(readdirSync(join(cwd, "kept")).sort()).toEqual([
      "checkpoints",
      "config.json",
      "environment.json",
      "metrics.csv",
      "metrics.json",
      "model.safetensors",
    ]);
    const { network, classes } = decodeModel(readFileSync(join(cwd, "kept/model.safetensors")));
    expect(createHash("sha256").update(parameterBytes(network)).digest("hex")).toBe(summary.weightsSha256);
    expect(classes).toHaveLength(10);

    const test = testExamples(await drawDigits({ examples: 500 }))!;
    expect(evaluate(network, test).accuracy).toBe(summary.testAccuracy);
    const metrics = JSON.parse(readFileSync(join(cwd, "kept/metrics.json"), "utf8"));
    expect(metrics).toMatchObject({ ...summary, epochReports: { length: 5 } });
    expect(metrics.confusion.flat().reduce((a: number, b: number) => a + b)).toBe(test.columns!.length);
    const config = JSON.parse(readFileSync(join(cwd, "kept/config.json"), "utf8"));
    expect(config).toMatchObject({
      data: "digits",
      hidden: [10],
      activation: "relu",
      batchSize: "full",
      lr: 0.1,
      seed: 1,
    });
  });

  it("prints one JSON object on stdout, and nothing on stderr when quiet", async () => {
    const { stdout, stderr, code } = await train([...SMALL, "--json", "--quiet", "--workers", "2"], {
      cwd: temporaryFolder(),
    });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(stdout)).toEqual({
      data: "digits",
      examples: 400,
      testExamples: 100,
      layers: [784, 10, 10],
      activation: "relu",
      init: "he",
      epochs: 5,
      batchSize: "full",
      optimizer: "gradient-descent",
      learningRate: 0.1,
      seed: 1,
      workers: 2,
      activeWorkers: expect.any(Number),
      threadsAtWork: expect.any(Number),
      shards: 8,
      kernels: expect.stringMatching(/^(plain|simd128|simd256)$/),
      node: process.versions.node,
      seconds: expect.any(Number),
      examplesPerSecond: expect.any(Number),
      trainLoss: expect.any(Number),
      trainAccuracy: expect.any(Number),
      validationExamples: 0,
      validationLoss: null,
      validationAccuracy: null,
      bestEpoch: null,
      bestValidationLoss: null,
      bestValidationAccuracy: null,
      stoppedEarly: false,
      weightsOf: "last",
      testLoss: expect.any(Number),
      testAccuracy: expect.any(Number),
      testR2: null,
      testRmse: null,
      testMae: null,
      weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      completed: true,
      out: expect.stringMatching(/^runs\/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-digits$/),
    });
  });

  it("prints the plan and progress on stderr, results on stdout, without colours where there is no terminal", async () => {
    // CI=true makes colour libraries treat any stream as a terminal.
    const { stdout, stderr } = await train([...SMALL, "--workers", "3"], {
      cwd: temporaryFolder(),
      env: { CI: "true" },
    });
    expect(stderr).toMatch(/network +784-10-10, relu, he initialisation; 7,960 parameters/);
    expect(stderr).toMatch(/shards +8 a step/);
    expect(stderr).toMatch(/workers +3/);
    expect(stderr).toMatch(/epoch 5\/5 +loss \d\.\d{4}, train accuracy \d+\.\d\d %/);
    expect(stdout).toMatch(/test accuracy +\d+\.\d\d %/);
    expect(stdout).toMatch(/weights SHA-256 +[0-9a-f]{64}/);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .slice(-10)
        .every((line) => line.trim().split(/\s+/).length === 11),
    ).toBe(true);
    expect(stdout + stderr).not.toContain("\u001b");
  });

  it.each([
    ["full batch", ["0", "8"], []],
    ["mini-batches", ["0", "3"], ["--batch-size", "64", "--hidden", "16,12"]],
  ])("gives one SHA-256, %s: with %j workers", async (_, numbers, args) => {
    const cwd = temporaryFolder();
    const digests = new Set<string>();
    for (const workers of numbers) {
      digests.add((await trainJsonHere([...SMALL, ...args, "--workers", workers], { cwd })).weightsSha256);
    }
    expect(digests.size).toBe(1);
  });

  it("gives the same weights from IDX files and from a Kaggle CSV of the same images", async () => {
    const cwd = temporaryFolder();
    const folder = writeIdxFolder(cwd);
    const rows = Array.from({ length: 30 }, (_, i) =>
      [i % 5, ...Array.from({ length: 16 }, (_, p) => (7 * i + p) % 256)].join(","),
    );
    writeFileSync(
      join(cwd, "images.csv"),
      `label,${Array.from({ length: 16 }, (_, p) => `pixel${p}`).join(",")}\n${rows.join("\n")}\n`,
    );
    const fromIdx = await trainJsonHere(["--data", folder, "--epochs", "9", ...ALONE], { cwd });
    const fromCsv = await trainJsonHere(["--data", "images.csv", "--test-fraction", "0", "--epochs", "9", ...ALONE], {
      cwd,
    });
    expect(fromCsv.weightsSha256).toBe(fromIdx.weightsSha256);
    expect(fromCsv).toMatchObject({ testAccuracy: null, examples: 30 });
  });

  it("takes the `--` that pnpm hands on", async () => {
    const summary = await trainJson(["--", ...SMALL, "--seed", "5"], { cwd: temporaryFolder() });
    expect(summary.epochs).toBe(5);
  });

  it("writes nothing where it may not, and nothing over what is there", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "precious"), "mine");
    const { code, stderr } = await trainHere([...SMALL, "--out", "."], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/--out: expected a new or empty folder, found one that holds precious; name another one/);
    expect(readdirSync(cwd)).toEqual(["precious"]);
  });

  it("makes a folder that is not there, and fills one that is empty", async () => {
    const cwd = temporaryFolder();
    await trainJsonHere([...SMALL, ...ALONE, "--out", "a/b/c"], { cwd });
    expect(existsSync(join(cwd, "a/b/c/model.safetensors"))).toBe(true);
    const empty = temporaryFolder();
    await trainJsonHere([...SMALL, ...ALONE, "--out", empty], { cwd });
    expect(existsSync(join(empty, "model.safetensors"))).toBe(true);
  });
});

describe("runs of the same second", () => {
  it("get folders of their own", async () => {
    const cwd = temporaryFolder();
    const runs = await Promise.all(["1", "2", "3"].map((seed) => trainJson([...SMALL, "--seed", seed], { cwd })));
    expect(new Set(runs.map(({ out }) => out)).size).toBe(3);
    for (const { out, weightsSha256 } of runs) {
      expect(JSON.parse(readFileSync(join(cwd, out, "metrics.json"), "utf8"))).toMatchObject({ out, weightsSha256 });
    }
    expect(readdirSync(join(cwd, "runs"))).toHaveLength(3);
  });
});

describe("--help and --version", () => {
  it("go to stdout with exit code 0", async () => {
    const help = await train(["--help"], { cwd: temporaryFolder() });
    expect([help.code, help.stderr]).toEqual([0, ""]);
    for (const flag of [
      "--data",
      "--examples",
      "--test-fraction",
      "--label",
      "--hidden",
      "--activation",
      "--init",
      "--epochs",
      "--batch-size",
    ]) {
      expect(help.stdout).toContain(flag);
    }
  });
});
