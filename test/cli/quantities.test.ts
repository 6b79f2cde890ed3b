import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeModel, loadModel, type QuantitiesTask, taskOf } from "@scratch-nn/core";
import { describe, expect, it } from "vitest";
import { runHere, trainHere, trainJsonHere } from "../support/here.ts";
import { tableOf, writeTable } from "../support/tables.ts";
import { copiesOf, temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE } from "../support/train-cli.ts";

const wave = (r: number, k: number): number => Math.sin(12.9898 * r + 78.233 * k) * 3;
const priceOf = (r: number): number => 200_000 + 30_000 * wave(r, 1) - 10_000 * wave(r, 2) + 5000 * (r % 2);
const row = (r: number) => [
  wave(r, 1).toFixed(4),
  wave(r, 2).toFixed(4),
  ["red", "blue"][r % 2],
  priceOf(r).toFixed(1),
  (priceOf(r) / 400 + wave(r, 3)).toFixed(2),
];
const HOUSES = tableOf("a,b,kind,price,rent", 240, row);
const JOB = ["--hidden", "12", "--optimizer", "adam", "--lr", "0.02", "--batch-size", "32", "--epochs", "30"];

interface Numbers {
  readonly [name: string]: number;
}
const parse = (text: string): Numbers => JSON.parse(text) as Numbers;

/** A run that predicts prices, in `kept`. */
const houses = copiesOf(async (cwd) => {
  writeTable(HOUSES, "houses.csv", cwd);
  const flags = ["--data", "houses.csv", "--label", "price", "--drop", "rent", "--out", "kept", ...JOB, ...ALONE];
  await trainJsonHere(flags, { cwd });
});

describe("a quantity", () => {
  it("is learnt, and told with its reason and figures in its own units", async () => {
    const cwd = temporaryFolder();
    writeTable(HOUSES, "houses.csv", cwd);
    const flags = ["--data", "houses.csv", "--label", "price", "--drop", "rent", "--out", "kept", ...JOB, ...ALONE];
    const { code, stdout, stderr } = await trainHere(flags, { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain("3 features, 1 quantity");
    expect(stderr).toContain("task: quantity, as it holds numbers with decimals");
    expect(stderr).toMatch(/^loss +identity output, squared error$/m);
    expect(stderr).not.toContain("accuracy");
    expect(stdout).toMatch(/^test R2 +0\.9/m);
    const rmse = Number(/^test RMSE +([\d.]+)$/m.exec(stdout)![1]);
    const metrics = parse(readFileSync(join(cwd, "kept/metrics.json"), "utf8"));
    expect(metrics).toMatchObject({ testAccuracy: null, trainAccuracy: null, confusion: null, layers: [3, 12, 1] });
    expect(metrics["testRmse"]).toBeCloseTo(rmse, 0);
    expect(metrics["testR2"]).toBeGreaterThan(0.9);
    expect(metrics["testMae"]).toBeLessThan(rmse);
  });

  it("is predicted in its own units, from the command line as in a program", async () => {
    const cwd = await houses();
    const task = taskOf(decodeModel(readFileSync(join(cwd, "kept/model.safetensors")))) as QuantitiesTask;
    expect(task.center[0]).toBeGreaterThan(150_000);
    writeTable(
      tableOf("kind,b,a", 50, (r) => [row(r)[2], row(r)[1], row(r)[0]]),
      "new.csv",
      cwd,
    );
    const csv = await runHere(["predict", "kept", "--data", "new.csv", "--quiet"], { cwd });
    const [head, ...lines] = csv.stdout.trimEnd().split("\n");
    expect(head).toBe("prediction");
    const model = loadModel(readFileSync(join(cwd, "kept/model.safetensors")));
    const rows = Array.from({ length: 50 }, (_, r) => ({ a: row(r)[0], b: row(r)[1], kind: row(r)[2] }));
    expect(lines.map(Number)).toEqual([...model.predict(rows).values]);
    const jsonl = await runHere(["predict", "kept", "--data", "new.csv", "--quiet", "--format", "jsonl"], { cwd });
    expect(jsonl.stdout.split("\n")[7]).toBe(`{"prediction":${lines[7]}}`);
    const kaggle = await runHere(["predict", "kept", "--data", "new.csv", "--quiet", "--format", "kaggle"], { cwd });
    expect(kaggle.stdout).toMatch(/^Id,price\n1,/);
  });

  it("is evaluated: RMSE, MAE and R2 are those of the predictions", async () => {
    const cwd = await houses();
    const { stdout } = await runHere(["evaluate", "kept", "--data", "houses.csv", "--json"], { cwd });
    const figures = parse(stdout);
    const csv = await runHere(["predict", "kept", "--data", "houses.csv", "--quiet"], { cwd });
    const errors = csv.stdout
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line, r) => Number(line) - Number(row(r)[3]));
    const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
    expect(figures["rmse"]).toBeCloseTo(Math.sqrt(mean(errors.map((e) => e ** 2))), 6);
    expect(figures["mae"]).toBeCloseTo(mean(errors.map(Math.abs)), 6);
    const prices = errors.map((_, r) => Number(row(r)[3]));
    const total = mean(prices.map((y) => (y - mean(prices)) ** 2));
    expect(figures["r2"]).toBeCloseTo(1 - mean(errors.map((e) => e ** 2)) / total, 9);
    const people = await runHere(["evaluate", "kept", "--data", "houses.csv"], { cwd });
    expect(people.stdout).toMatch(/^examples +240\nloss +\d.*\nRMSE +\d.*\nMAE +\d.*\nR2 +0\.9/);
  });

  it("has the same weights and R2 in units of any size, and errors in those units", async () => {
    const cwd = temporaryFolder();
    const inUnitsOf = async (factor: number) => {
      const rows = tableOf("a,b,price", 60, (r) => [...row(r).slice(0, 2), String(factor * priceOf(r))]);
      writeTable(rows, "t.csv", cwd);
      const out = `x${factor}`;
      await trainJsonHere(["--data", "t.csv", "--label", "price", "--epochs", "5", "--out", out, ...ALONE], { cwd });
      const { stdout } = await runHere(["evaluate", out, "--data", "t.csv", "--json"], { cwd });
      return { ...parse(readFileSync(join(cwd, out, "metrics.json"), "utf8")), ...parse(stdout) };
    };
    const ofOne = await inUnitsOf(1);
    // Powers of two leave all roundings unchanged.
    for (const factor of [2 ** 980, 2 ** -1000]) {
      const figures = await inUnitsOf(factor);
      for (const name of ["r2", "testR2", "weightsSha256"]) expect(figures[name], name).toBe(ofOne[name]);
      for (const name of ["rmse", "mae", "testRmse"]) expect(figures[name], name).toBe(factor * ofOne[name]);
    }
  });

  it("goes on after a stop to the same bits, on any number of workers, with Huber's loss and clamped", async () => {
    const cwd = await houses();
    const more = ["--data", "houses.csv", "--label", "price", "--drop", "rent", "--loss", "huber", "--clamp", ...JOB];
    const whole = await trainJsonHere([...more, ...ALONE], { cwd });
    await trainJsonHere([...more, "--epochs", "7", "--out", "half", "--workers", "2"], { cwd });
    const resumed = await trainJsonHere(["--resume", "half", "--epochs", "30", ...ALONE], { cwd });
    expect(resumed.weightsSha256).toBe(whole.weightsSha256);
    const config = JSON.parse(readFileSync(join(cwd, "half/config.json"), "utf8"));
    expect(config).toMatchObject({ loss: "huber", clamp: true, outputs: ["price"] });
    const task = taskOf(decodeModel(readFileSync(join(cwd, "half/model.safetensors"))));
    expect(task).toMatchObject({ kind: "quantities", clamps: true });
    const { code, stderr } = await trainHere(["--resume", "half", "--loss", "squared-error"], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining("--loss: expected huber, as in half")]);
  });
});

describe("a quantity that is validated on the way", () => {
  it("has the curve of its loss, no accuracy, and goes on to the same bits", async () => {
    const cwd = await houses();
    const flags = ["--data", "houses.csv", "--label", "price", "--drop", "rent", "--validation-fraction", "0.25"];
    const best = [...flags, "--keep", "best", ...JOB, ...ALONE];
    const whole = (await trainJsonHere([...best, "--epochs", "12", "--out", "whole"], { cwd })) as unknown as Numbers;
    expect(whole).toMatchObject({
      examples: 144,
      validationExamples: 48,
      validationAccuracy: null,
      testAccuracy: null,
    });
    expect(whole["bestValidationLoss"]).toBeGreaterThan(0);
    await trainJsonHere([...best, "--epochs", "5", "--out", "half"], { cwd });
    const resumed = await trainJsonHere(["--resume", "half", "--epochs", "12", ...ALONE], { cwd });
    expect(resumed.weightsSha256).toBe(whole["weightsSha256"]);
  });
});

describe("several label columns", () => {
  it("are several quantities, each with its figures", async () => {
    const cwd = temporaryFolder();
    writeTable(HOUSES, "houses.csv", cwd);
    const label = ["--data", "houses.csv", "--label", "price,rent", "--out", "kept", ...JOB, ...ALONE];
    const { layers, ...figures } = await trainJsonHere(label, { cwd });
    expect(layers).toEqual([3, 12, 2]);
    expect(figures).toMatchObject({ testRmse: null, testMae: null, testR2: expect.any(Number) });
    const { stdout } = await runHere(["evaluate", "kept", "--data", "houses.csv"], { cwd });
    expect(stdout).toMatch(/^quantity +RMSE +MAE +R2\nprice +[\d.]+ +[\d.]+ +0\.9\d+\nrent +/m);
    const csv = await runHere(["predict", "kept", "--data", "houses.csv", "--quiet"], { cwd });
    expect(csv.stdout).toMatch(/^prediction_price,prediction_rent\n\d+\.\d+,\d+\.\d+\n/);
    const jsonl = await runHere(["predict", "kept", "--data", "houses.csv", "--quiet", "--format", "jsonl"], {
      cwd,
    });
    expect(JSON.parse(jsonl.stdout.split("\n")[0])).toEqual({
      prediction: { price: expect.any(Number), rent: expect.any(Number) },
    });
  });

  it("are several yes/no labels where they say so, with probabilities", async () => {
    const cwd = temporaryFolder();
    const text = tableOf("a,b,up,red", 200, (r) => [
      row(r)[0],
      row(r)[1],
      wave(r, 1) > 0 ? "yes" : "no",
      wave(r, 2) > 0 ? 1 : 0,
    ]);
    writeTable(text, "table.csv", cwd);
    const label = ["--data", "table.csv", "--label", "up", "--label", "red", "--out", "kept", ...JOB, ...ALONE];
    const { testAccuracy } = await trainJsonHere(label, { cwd });
    expect(testAccuracy).toBeGreaterThan(0.8);
    const csv = await runHere(["predict", "kept", "--data", "table.csv", "--quiet", "--proba"], { cwd });
    expect(csv.stdout).toMatch(
      /^prediction_up,prediction_red,probability_up,probability_red\n[01],[01],[\d.e-]+,[\d.e-]+\n/,
    );
    const figures = JSON.parse((await runHere(["evaluate", "kept", "--data", "table.csv", "--json"], { cwd })).stdout);
    expect(figures.labels.map(({ name }: { name: string }) => name)).toEqual(["up", "red"]);
    expect(figures.accuracy).toBeGreaterThan(0.8);
    expect(figures.labels[0].rocAuc).toBeGreaterThan(0.95);
  });
});

describe("classes", () => {
  const TWO = tableOf("a,b,kind", 200, (r) => [row(r)[0], row(r)[1], r % 7 === 0 || wave(r, 1) > 1 ? "rare" : "usual"]);

  it("may be told by one sigmoid, smoothed and balanced, with the figures of classes", async () => {
    const cwd = temporaryFolder();
    writeTable(TWO, "table.csv", cwd);
    const flags = ["--output", "sigmoid", "--label-smoothing", "0.1", "--class-weights", "balanced"];
    const { code, stderr } = await trainHere(["--data", "table.csv", ...flags, "--out", "kept", ...JOB, ...ALONE], {
      cwd,
    });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^loss +sigmoid output, label smoothing 0.1, class weights \d/m);
    const metrics = JSON.parse(readFileSync(join(cwd, "kept/metrics.json"), "utf8"));
    expect(metrics).toMatchObject({
      layers: [2, 12, 1],
      testR2: null,
      confusion: [[expect.any(Number), expect.any(Number)], expect.any(Array)],
    });
    const figures = JSON.parse((await runHere(["evaluate", "kept", "--data", "table.csv", "--json"], { cwd })).stdout);
    expect(figures).toMatchObject({ classes: [{ name: "rare" }, { name: "usual" }], rocAuc: expect.any(Number) });
    const csv = await runHere(["predict", "kept", "--data", "table.csv", "--quiet", "--proba"], { cwd });
    expect(csv.stdout).toMatch(/^prediction,probability_rare,probability_usual\n(rare|usual),/);
    const half = await trainJsonHere(
      ["--data", "table.csv", ...flags, ...JOB, "--epochs", "9", "--out", "half", ...ALONE],
      { cwd },
    );
    const resumed = await trainJsonHere(["--resume", "half", "--epochs", "30", ...ALONE], { cwd });
    expect(resumed.weightsSha256).toBe(metrics.weightsSha256);
    expect(half.weightsSha256).not.toBe(metrics.weightsSha256);
  });

  it("weighted by name are trained to other weights than unweighted ones, and kept so", async () => {
    const cwd = temporaryFolder();
    writeTable(TWO, "table.csv", cwd);
    const run = (flags: readonly string[]) =>
      trainJsonHere(["--data", "table.csv", ...flags, ...JOB, ...ALONE], { cwd });
    const [plain, weighted] = [await run([]), await run(["--class-weights", "rare=3", "--out", "kept"])];
    expect(weighted.weightsSha256).not.toBe(plain.weightsSha256);
    expect((await run(["--class-weights", "rare=1,usual=1"])).weightsSha256).toBe(plain.weightsSha256);
    expect(JSON.parse(readFileSync(join(cwd, "kept/config.json"), "utf8"))).toMatchObject({
      classWeights: { rare: 3 },
    });
    const { stderr } = await trainHere(["--resume", "kept", "--class-weights", "rare=2"], { cwd });
    expect(stderr).toContain("--class-weights: expected rare=3, as in kept, found rare=2");
  });
});
