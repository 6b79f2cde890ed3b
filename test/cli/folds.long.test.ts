import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNetwork, evaluate, fit as train } from "@scratch-nn/core";
import {
  groupsByClass,
  openDataset,
  otherColumns,
  stratifiedFolds,
  trainingExamples,
  validationExamples,
  withValidation,
} from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { refusal, trainHere } from "../support/here.ts";
import { tableOf, writeTable } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train as runTrain, statusOf } from "../support/train-cli.ts";

const row = (r: number): (string | number)[] => {
  const [a, b] = [((r * 29) % 83) / 10, ((r * r) % 47) / 10];
  return [a, b, ["Oslo", "Rome", "Bern"][r % 3], a + (r % 3 === 0 ? b : -b) > 4 ? "yes" : "no"];
};
const TABLE = tableOf("a,b,town,y", 120, row);
const HOW = ["--label", "y", "--hidden", "8", "--optimizer", "adam", "--batch-size", "16", "--epochs", "12"];

async function folds(args: readonly string[], cwd = temporaryFolder()) {
  const finished = await trainHere([...args, "--json", "--quiet"], { cwd });
  expect(finished.stderr).toBe("");
  const { seconds: _, workers: __, out, ...summary } = JSON.parse(finished.stdout);
  return { summary, out: join(cwd, out) };
}

describe("train --folds", () => {
  it("gives the same figures and weights on any number of workers", async () => {
    const data = writeTable(TABLE);
    const found = [];
    for (const workers of ["0", "1", "3"]) {
      found.push((await folds(["--data", data, ...HOW, "--folds", "4", "--workers", workers])).summary);
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
    expect(found[0]).toMatchObject({ examples: 120, completed: true, trials: { done: 4, found: 0, of: 4 } });
    expect(new Set(found[0].folds.map((fold: { weightsSha256: string }) => fold.weightsSha256)).size).toBe(4);
    const accuracies: number[] = found[0].folds.map((fold: { accuracy: number }) => fold.accuracy);
    const mean = accuracies.reduce((sum, value) => sum + value, 0) / 4;
    expect(found[0].meanAccuracy).toBeCloseTo(mean, 12);
    const squares = accuracies.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(found[0].deviation).toBeCloseTo(Math.sqrt(squares / 3), 12);
  });

  it("trains each network on the other folds alone, a table's encoders fitted to these", async () => {
    const data = writeTable(TABLE);
    const { summary } = await folds(["--data", data, ...HOW, "--folds", "3", ...ALONE]);
    const dataset = await openDataset(data, { label: "y", testFraction: 0, refits: true });
    const cut = stratifiedFolds(groupsByClass(dataset.train, dataset.labels, 2), 3, 1);
    for (const [k, heldBack] of cut.entries()) {
      const part = await dataset.refit!({ train: otherColumns(dataset.train, heldBack), test: heldBack });
      const network = createNetwork({ layers: [part.inputs, 8, 2] });
      train(network, trainingExamples(part), { epochs: 12, batchSize: 16, optimizer: { name: "adam" } });
      const { accuracy, loss } = evaluate(network, { ...trainingExamples(part), columns: heldBack });
      expect(summary.folds[k]).toMatchObject({ examples: 40, accuracy, weightsSha256: weightsSha256(network) });
      expect(summary.folds[k].loss).toBeCloseTo(loss, 5);
    }
  });

  it("prints a table on stdout, and nothing else there", async () => {
    const { stdout, stderr, code } = await trainHere(
      ["--data", "digits", "--examples", "60", "--epochs", "3", "--folds", "3", "--out", "run", ...ALONE],
      { cwd: temporaryFolder() },
    );
    expect(code).toBe(0);
    const line = (name: string): string => `${name} +[\\d.]+ % +[\\d.]+\\n`;
    const rows = [1, 2, 3].map((fold) => line(`${fold} +\\d+`)).join("");
    expect(stdout).toMatch(
      new RegExp(`^fold +examples +accuracy +loss\\n${rows}${line("mean")}${line("deviation")}\\nsaved in {2}run\\n$`),
    );
    expect(stderr).toContain("folds     3, stratified");
    expect(stderr).toContain("trials    3, on the main thread");
  });

  it("takes a table from standard input", async () => {
    const { summary } = await folds(["--data", writeTable(TABLE), ...HOW, "--folds", "3", ...ALONE]);
    const input = await runTrain(["--data", "-", ...HOW, "--folds", "3", ...ALONE, "--json", "--quiet"], {
      cwd: temporaryFolder(),
      input: TABLE,
    });
    expect(JSON.parse(input.stdout).folds).toEqual(summary.folds);
  });

  it("goes on with the trials that are missing or damaged, to the same table", async () => {
    const cwd = temporaryFolder();
    const args = ["--data", writeTable(TABLE), ...HOW, "--folds", "4", "--out", "run"];
    const { summary, out } = await folds([...args, ...ALONE], cwd);
    const [first, second, third] = readdirSync(join(out, "trials")).map((name) => join(out, "trials", name));
    rmSync(first);
    const damaged = readFileSync(second);
    damaged[damaged.length - 1] ^= 1;
    writeFileSync(second, damaged);
    writeFileSync(third, readFileSync(third).subarray(0, 50));
    rmSync(join(out, "metrics.json"));
    const again = await folds(["--resume", "run", "--workers", "2"], cwd);
    expect(again.summary).toEqual({ ...summary, trials: { done: 4, found: 1, of: 4 } });
    expect(JSON.parse(readFileSync(join(out, "metrics.json"), "utf8")).folds).toEqual(summary.folds);
    expect(await folds(["--resume", "run"], cwd)).toMatchObject({ summary: { trials: { found: 4 } } });
  });

  it("stops at a signal with what is done, and goes on from there to the same table", async () => {
    const cwd = temporaryFolder();
    const long = [...HOW.slice(0, -1), "400", "--folds", "6"];
    const args = ["--data", writeTable(TABLE), ...long, "--workers", "1", "--out", "run"];
    const stopped = await runTrain([...args, "--json"], {
      cwd,
      async onStart(child) {
        const trials = (): number => {
          try {
            return readdirSync(join(cwd, "run/trials")).filter((name) => name.endsWith(".trial")).length;
          } catch {
            return 0;
          }
        };
        while (trials() === 0 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 10));
        child.kill("SIGINT");
      },
    });
    expect(statusOf(stopped)).toBe(130);
    const summary = JSON.parse(stopped.stdout);
    expect(summary).toMatchObject({ completed: false, meanAccuracy: null });
    expect(stopped.stderr).toContain("go on with: pnpm train --resume run");
    const whole = await folds(["--data", writeTable(TABLE), ...long, "--workers", "2"]);
    const again = await folds(["--resume", "run"], cwd);
    expect(again.summary.trials.found).toBeGreaterThan(0);
    expect(again.summary.folds).toEqual(whole.summary.folds);
  });

  it("reports a fold whose training diverges, beside the others, and fails", async () => {
    const args = ["--scale", "none", "--lr", "3e38", "--batch-size", "1", "--epochs", "4", "--folds", "4", ...ALONE];
    const { code, stdout, stderr } = await trainHere(["--data", writeTable(TABLE), ...args], {
      cwd: temporaryFolder(),
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\d +30 {2}(the loss|a weight) became/m);
    expect(stderr).toMatch(/warning: \d folds? of 4 came to nothing: there is no mean/);
  });

  it("says of a quantity that there is no meanR2 where nothing came of any fold", async () => {
    const data = writeTable(tableOf("a,y", 40, (r) => [r % 9, 1e3 * r + 0.5]));
    const args = ["--lr", "3e38", "--batch-size", "1", "--epochs", "4", "--folds", "4", "--json", "--quiet", ...ALONE];
    const { code, stdout } = await trainHere(["--data", data, "--label", "y", ...args], { cwd: temporaryFolder() });
    expect(code).toBe(1);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ meanR2: null, completed: false });
    expect(summary).not.toHaveProperty("meanAccuracy");
  });
});

describe("train --folds is refused", () => {
  const small = tableOf("a,y", 40, (r) => [r % 9, r < 3 ? "rare" : "often"]);
  const single = tableOf("a,y", 40, (r) => [r % 9, r < 1 ? "rare" : r % 2 ? "often" : "usual"]);
  it.each([
    [
      "more folds than examples of a class",
      small,
      ["--folds", "4"],
      /^error: --folds: expected at most 3, the examples of the smallest class, "rare", found 4; take fewer folds/,
    ],
    [
      "a class seen once",
      single,
      ["--folds", "2"],
      /--folds: expected every class to have at least two examples, found one example of "rare"/,
    ],
    ["a single fold", small, ["--folds", "1"], /--folds: expected a whole number from 2/],
    [
      "a test part besides",
      small,
      ["--folds", "3", "--test-fraction", "0.1"],
      /--test-fraction: expected nothing beside --folds/,
    ],
    [
      "checkpoints of one training",
      small,
      ["--folds", "3", "--checkpoint-every", "5"],
      /--checkpoint-every: expected nothing beside --folds/,
    ],
    ["an option out of range", small, ["--folds", "3", "--hidden", "9999999999"], /--hidden: expected/],
  ])("with %s, and nothing is left behind", async (_, text, args, message) => {
    const cwd = temporaryFolder();
    const { code, stderr } = await refusal(
      ["train", "--data", writeTable(text), "--label", "y", ...args, "--quiet", "--out", "run"],
      { cwd },
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("with other folds, or more epochs, than the run that goes on", async () => {
    const cwd = temporaryFolder();
    await folds(["--data", writeTable(TABLE), ...HOW, "--folds", "3", "--out", "run", ...ALONE], cwd);
    for (const [args, message] of [
      [["--folds", "4"], /--folds: expected 3, as in run, found 4/],
      [["--epochs", "99"], /--epochs: expected 12, as in run, which is made of many trainings, found 99/],
    ] as const) {
      const { code, stderr } = await trainHere(["--resume", "run", ...args], { cwd });
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
  });
});

describe("train --folds --validation-fraction", () => {
  it("validates each training on a part of its own training part", async () => {
    const data = writeTable(TABLE);
    const how = ["--validation-fraction", "0.25", "--keep", "best", "--patience", "3"];
    const { summary, out } = await folds(["--data", data, ...HOW, ...how, "--folds", "3", ...ALONE]);
    const dataset = await openDataset(data, { label: "y", testFraction: 0, refits: true });
    const [heldBack] = stratifiedFolds(groupsByClass(dataset.train, dataset.labels, 2), 3, 1);
    const whole = await dataset.refit!({ train: otherColumns(dataset.train, heldBack), test: heldBack });
    const part = withValidation(whole, 0.25, 1);
    const network = createNetwork({ layers: [part.inputs, 8, 2] });
    train(network, trainingExamples(part), {
      epochs: 12,
      batchSize: 16,
      optimizer: { name: "adam" },
      validation: validationExamples(part)!,
      earlyStopping: { patience: 3 },
      keep: "best",
      bestBy: "loss",
    });
    expect(part.validation).toHaveLength(20);
    expect(summary.folds[0]).toMatchObject({ examples: 40, weightsSha256: weightsSha256(network) });
    const again = await folds(["--resume", out], temporaryFolder());
    expect(again.summary.folds).toEqual(summary.folds);
  });
});
