import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { decodeModel, predict } from "@scratch-nn/core";
import { averageOutputs } from "@scratch-nn/core/engine";
import { openDataset, testExamples } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { sha256 } from "../support/digest.ts";
import { runHere, trainHere } from "../support/here.ts";
import { tableOf, writeTable } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE } from "../support/train-cli.ts";

const row = (r: number): (string | number)[] => {
  const [a, b] = [((r * 29) % 83) / 10, ((r * r) % 47) / 10];
  return [a, b, ["Oslo", "Rome", "Bern"][r % 3], a + (r % 3 === 0 ? b : -b) > 4 ? "yes" : "no"];
};
const TABLE = tableOf("a,b,town,y", 40, row);

async function trained(args: readonly string[], cwd = temporaryFolder()) {
  const finished = await trainHere([...args, "--json", "--quiet"], { cwd });
  expect(finished.stderr).toBe("");
  const { seconds: _, workers: __, out, ...summary } = JSON.parse(finished.stdout);
  return { summary, out: join(cwd, out) };
}

describe("train on a table, with no flag that says how,", () => {
  it("tries a portfolio on inner folds, and keeps the weighted networks as one model", async () => {
    const data = writeTable(TABLE);
    const cwd = temporaryFolder();
    const { summary, out } = await trained(["--data", data, "--label", "y", "--workers", "2"], cwd);
    expect(summary).toMatchObject({ examples: 32, testExamples: 8, recipe: "auto", completed: true });
    const weights: number[] = summary.recipes.map(({ weight }: { weight: number }) => weight);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(weights).toHaveLength(8);
    expect(summary.networks).toBe(5 * weights.filter((weight) => weight > 0).length);
    for (const { innerLoss, networks } of summary.recipes) expect([innerLoss > 0, networks]).toEqual([true, 5]);

    // The model reaches the printed figures on the test part.
    const model = decodeModel(readFileSync(join(out, "model.safetensors")));
    expect(model.members).toHaveLength(summary.networks);
    const dataset = await openDataset(data, { label: "y", bins: 8 });
    expect(model.network.layers[0]).toBe(dataset.inputs);
    const { columns } = testExamples(dataset)!;
    const X = Float32Array.from(
      Array.from(columns as Uint32Array).flatMap((c) => [
        ...dataset.X.subarray(c * dataset.inputs, (c + 1) * dataset.inputs),
      ]),
    );
    const outputs = averageOutputs(
      model.members!.map(({ network }) => predict(network, X).outputs),
      model.members!.map(({ weight }) => weight),
    );
    const right = Array.from(columns as Uint32Array).filter(
      (column, c) => (outputs[2 * c + 1] > outputs[2 * c] ? 1 : 0) === dataset.labels[column],
    );
    expect(summary.testAccuracy).toBe(right.length / 8);
    const predicted = await runHere(["predict", out, "--data", data, "--quiet"], { cwd });
    expect(predicted.stdout.split("\n")).toHaveLength(42);
    const evaluated = await runHere(["evaluate", out, "--data", data, "--json", "--quiet"], { cwd });
    expect(JSON.parse(evaluated.stdout).examples).toBe(40);
  });

  it("comes to the same on any number of workers, and on going on with trials that are missing", async () => {
    const args = ["--data", writeTable(TABLE), "--label", "y"];
    const cwd = temporaryFolder();
    const alone = await trained([...args, ...ALONE, "--out", "run"], cwd);
    const three = await trained([...args, "--workers", "3"]);
    expect(three.summary).toEqual(alone.summary);
    const file = join(alone.out, "model.safetensors");
    const whole = sha256(readFileSync(file));
    rmSync(file);
    const trials = readdirSync(join(alone.out, "trials"));
    expect(trials).toHaveLength(10);
    for (const name of trials.slice(0, 4)) rmSync(join(alone.out, "trials", name));
    const again = await trained(["--resume", "run"], cwd);
    expect(again.summary).toEqual({ ...alone.summary, trials: { done: 10, found: 6, of: 10 } });
    expect(sha256(readFileSync(file))).toBe(whole);
  });

  it("says in the plan what it tries, and afterwards what was chosen and why", async () => {
    const { stderr, stdout } = await trainHere(["--data", writeTable(TABLE), "--label", "y", ...ALONE], {
      cwd: temporaryFolder(),
    });
    expect(stderr).toMatch(/^recipe +auto: numbers, bins$/m);
    expect(stderr).toMatch(/^trials +10, on the main thread$/m);
    expect(stderr).toMatch(/^chosen +numbers, 17 epochs: loss [\d.]+ on inner folds held back, 5 networks: /m);
    expect(stdout).toMatch(/^test accuracy +[\d.]+ %\nmodel +the mean of \d+ networks, weighted\n/);
  });

  it.each([
    ["--hidden", "4"],
    ["--epochs", "3"],
    ["--recipe", "notes"],
  ])("but not with %s %s", async (...flag) => {
    const { summary } = await trained(["--data", writeTable(TABLE), "--label", "y", ...flag, ...ALONE]);
    expect(summary).not.toHaveProperty("recipe");
    expect(summary).toHaveProperty("layers");
  });
});

describe("train --recipe", () => {
  it("fixes one of them", async () => {
    const args = ["--data", writeTable(TABLE), "--label", "y", "--recipe", "shallow", ...ALONE];
    const { summary, out } = await trained(args);
    expect(summary).toMatchObject({ recipe: "shallow", networks: 5, recipes: [{ name: "shallow", weight: 1 }] });
    const { code, stdout } = await runHere(["verify", out, "--workers", "2", "--quiet"], { cwd: out });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/: 5 trials, config.json, model.safetensors$/m)]);
  });

  it("works within folds, each of which does the whole of it, and their networks as one model", async () => {
    const args = ["--data", writeTable(TABLE), "--label", "y", "--recipe", "shallow", "--folds", "3", "--workers", "2"];
    const { summary, out } = await trained(args);
    expect(summary.trials.of).toBe(15);
    expect(summary.folds.map(({ examples }: { examples: number }) => examples)).toEqual([14, 13, 13]);
    expect(existsSync(join(out, "model.safetensors"))).toBe(false);
    const kept = await trained([...args, "--ensemble"]);
    const model = decodeModel(readFileSync(join(kept.out, "model.safetensors")));
    expect(model.members).toHaveLength(15);
    expect(model.members!.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 6);
  });

  it("is refused with flags that say how to train, with what belongs to one training, and where there is none", async () => {
    const data = ["--data", writeTable(TABLE), "--label", "y"];
    for (const [flags, message] of [
      [
        ["--recipe", "auto", "--hidden", "4"],
        /--hidden: expected nothing beside --recipe auto, which says how to train, found both; leave it out, or pass --recipe notes/,
      ],
      [["--recipe", "auto", "--update", "main"], /--update: expected nothing beside --recipe auto/],
      [["--recipe", "none"], /--recipe: expected one of notes, auto, numbers, bins, short, deep, shallow/],
      [["--ensemble"], /--ensemble: expected --folds, whose networks it is made of, found none/],
    ] as const) {
      const { code, stderr } = await trainHere([...data, ...flags], { cwd: temporaryFolder() });
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
  });
});

describe("images keep the notes' network:", () => {
  it("digits", async () => {
    expect((await trained(["--data", "digits", "--examples", "50", ...ALONE])).summary).toHaveProperty("layers");
  });

  it("a table of pixels", async () => {
    const data = writeTable(tableOf("label,pixel0,pixel1", 40, (r) => [r % 2, (r * 7) % 256, 0]));
    expect((await trained(["--data", data, ...ALONE])).summary).toHaveProperty("layers");
  });
});

describe("quantities and labels", () => {
  const table = tableOf("a,b,price,up,down", 60, (r) => {
    const [a, b] = [(r * 29) % 83, (r * r) % 47];
    return [a, b, 3 * a - b + 0.5, a > b ? "yes" : "no", r % 3 === 0 ? "yes" : "no"];
  });

  it("have a portfolio, and folds, too: R2 in place of accuracy", async () => {
    const args = ["--data", writeTable(table), "--label", "price", "--drop", "up,down", ...ALONE];
    const { summary, out } = await trained(args);
    expect(summary).toMatchObject({ recipe: "auto", testAccuracy: null });
    expect(summary.testR2).toBeGreaterThan(0.8);
    expect(decodeModel(readFileSync(join(out, "model.safetensors"))).network.output).toBe("identity");
    const { summary: folds } = await trained([...args, "--recipe", "shallow", "--folds", "4", "--ensemble"]);
    const r2: number[] = folds.folds.map((fold: { r2: number }) => fold.r2);
    expect(folds.meanR2).toBeCloseTo(r2.reduce((sum, value) => sum + value, 0) / 4, 12);
    for (const fold of folds.folds) expect(fold.rmse).toBeGreaterThan(fold.mae * 0.999);
    expect(folds).not.toHaveProperty("meanAccuracy");
  });

  it("of several columns, and two classes by one sigmoid", async () => {
    const data = ["--data", writeTable(table), ...ALONE];
    const several = await trained([...data, "--label", "up,down", "--recipe", "shallow", "--folds", "3", "--ensemble"]);
    expect(several.summary.meanAccuracy).toBeGreaterThan(0.3);
    const model = decodeModel(readFileSync(join(several.out, "model.safetensors")));
    expect([model.network.output, model.task?.kind, model.members?.length]).toEqual(["sigmoid", "labels", 15]);
    const how = ["--hidden", "4", "--epochs", "30", "--output", "sigmoid", "--folds", "3", "--ensemble"];
    const one = await trained([...data, "--label", "up", ...how]);
    expect(decodeModel(readFileSync(join(one.out, "model.safetensors"))).members).toHaveLength(3);
    const cwd = temporaryFolder();
    const { stdout } = await runHere(["evaluate", one.out, "--data", data[1], "--json", "--quiet"], { cwd });
    expect(JSON.parse(stdout).accuracy).toBeGreaterThan(0.5);
  });

  it("cannot be cut into more folds than there are rows", async () => {
    const args = ["--data", writeTable(table), "--label", "price", "--folds", "61", "--out", "run"];
    const { code, stderr } = await trainHere(args, { cwd: temporaryFolder() });
    expect(code).toBe(2);
    expect(stderr).toMatch(/--folds: expected at most 60, the examples that there are, found 61/);
  });
});
