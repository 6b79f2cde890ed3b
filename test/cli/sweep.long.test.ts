import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refusal, runHere, trainJsonHere } from "../support/here.ts";
import {
  DATA,
  faulty,
  killedSweep,
  RESULT,
  results,
  SIX,
  sweep,
  sweepJson,
  undisturbed,
} from "../support/sweep-cli.ts";
import { tableOf } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE } from "../support/train-cli.ts";

const killed = killedSweep();

describe("a sweep", () => {
  it("has the same table, network and command for any number of threads", async () => {
    const expected = await undisturbed();
    expect(expected).toMatchObject({ search: "grid", runs: 6, done: 6, completed: true });
    expect(expected.table.map(({ run }: { run: number }) => run).toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
    const found = await Promise.all(
      ["1", "3"].map((workers) => sweepJson([...SIX, "--workers", workers], { cwd: temporaryFolder() })),
    );
    expect(found).toEqual([expected, expected]);
  });

  it("ranks by the validation part, and tests the best alone; its command trains the same network", async () => {
    const { table, best } = await undisturbed();
    const scores = table.map(({ validationAccuracy }: { validationAccuracy: number }) => validationAccuracy);
    expect(scores).toEqual(scores.toSorted((a: number, b: number) => b - a));
    expect(best).toMatchObject({ run: table[0].run, weightsSha256: table[0].weightsSha256 });
    const [pnpm, script, ...args] = best.command.split(" ");
    expect([pnpm, script]).toEqual(["pnpm", "train"]);
    const again = await trainJsonHere([...args, ...ALONE], { cwd: temporaryFolder() });
    expect(again).toMatchObject({ weightsSha256: best.weightsSha256, testAccuracy: best.testAccuracy });
  });

  it("that was killed goes on with the runs that are missing, to the same table", async () => {
    const cwd = await killed();
    const before = results(cwd);
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(6);
    expect(await sweepJson(["--resume", "kept", "--workers", "2"], { cwd })).toEqual(await undisturbed());
    expect(results(cwd).filter((name) => RESULT.test(name))).toHaveLength(6);
    expect(results(cwd)).toHaveLength(6);
    // Resumed again, the sweep only trains the best run once more.
    expect(await sweepJson(["--resume", "kept", ...ALONE], { cwd })).toEqual(await undisturbed());
  });

  it("keeps the best network, its config and the table", async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await sweep([...DATA, "--epochs", "1|2", "--out", "kept"], { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^2 of 2: run \d \(epochs \d\): validation accuracy [\d.]+ %, loss [\d.]+$/m);
    expect(stdout).toMatch(/^run {2}epochs {2}val. loss {2}val. accuracy {2}train loss {2}train accuracy$/m);
    expect(stdout).toMatch(/learns from 128 examples; without --validation-fraction, from all 160$/m);
    const { best, table } = JSON.parse(readFileSync(join(cwd, "kept/table.json"), "utf8"));
    expect(table).toHaveLength(2);
    expect(stdout).toContain(best.weightsSha256);
    const again = await trainJsonHere(["--config", "kept", ...ALONE], { cwd });
    expect(again.weightsSha256).toBe(best.weightsSha256);
    const { code: agrees, stdout: verdict } = await runHere(["verify", "kept", "--quiet", ...ALONE], { cwd });
    expect([agrees, verdict]).toEqual([
      0,
      expect.stringMatching(/^yes: .*the sweep's best run .* model.safetensors$/m),
    ]);
    const evaluated = await runHere(["evaluate", "kept", "--data", "digits.csv"], { cwd });
    expect(evaluated.stderr).toContain("digits.csv");
  });
});

describe("a run of a sweep whose thread", () => {
  it("dies is begun again, and the table is the same", async () => {
    const { code, stdout, stderr } = await sweep([...SIX, "--workers", "2", "--json"], faulty(temporaryFolder(), "2"));
    expect(code).toBe(0);
    expect(stderr.match(/warning: run \d: a thread stopped \(exit code 7\); it is begun again/g)).toHaveLength(2);
    const { seconds: _, out: __, ...figures } = JSON.parse(stdout);
    expect(figures).toEqual(await undisturbed());
  });
});

describe("runs that diverge", () => {
  const DIVERGING = [...DATA, "--activation", "identity", "--epochs", "3"];

  it("are rows with their reason, below the others, and stay so", async () => {
    const cwd = temporaryFolder();
    const found = await sweepJson([...DIVERGING, "--lr", "1e30|0.1", "--out", "kept", ...ALONE], { cwd });
    expect(found.table).toMatchObject([
      { run: 2, validationAccuracy: expect.any(Number) },
      { run: 1, failure: expect.stringMatching(/^the loss became|^a weight became/) },
    ]);
    const { code, stderr } = await refusal(["train", "--resume", "kept", "--epochs", "9"], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining("found kept, the folder of a sweep; finish the sweep")]);
    expect(await sweepJson(["--resume", "kept"], { cwd })).toEqual(found);
  });

  it("all of them, end in exit code 1, the table printed", async () => {
    const { code, stdout, stderr } = await sweep([...DIVERGING, "--lr", "1e30|1e31", ...ALONE], {
      cwd: temporaryFolder(),
    });
    expect(code).toBe(1);
    expect(stdout.match(/failed: /g)).toHaveLength(2);
    expect(stderr).toMatch(/error: no run of 2 came to anything; the first: /);
  });
});

describe("a sweep over a table of quantities", () => {
  it("ranks by the loss, has no accuracy, and trains the same network by its command", async () => {
    const cwd = temporaryFolder();
    const row = (r: number) => [(r * 7) % 50, r % 3, ((r * 7) % 50) * 1.5 + (r % 3) * 10 + 0.25];
    writeFileSync(join(cwd, "t.csv"), tableOf("age,rooms,price", 90, row));
    const args = ["--data", "t.csv", "--label", "price", "--lr", "0.1|0.01", "--loss", "squared-error|huber"];
    const { table, best, by } = await sweepJson([...args, "--epochs", "4", "--out", "kept", ...ALONE], { cwd });
    expect(by).toBe("loss");
    const { stdout, stderr } = await sweep(["--resume", "kept", ...ALONE], { cwd });
    expect(stderr).toMatch(/4 runs over .*; best by loss$/m);
    expect(stdout).toMatch(/^run +loss +lr +val. loss +train loss$/m);
    expect(stdout).toMatch(/^test R2 +-?\d/m);
    expect(stdout + stderr).not.toContain("accuracy");
    const losses = table.map(({ validationLoss }: { validationLoss: number }) => validationLoss);
    expect(losses).toEqual(losses.toSorted((a: number, b: number) => a - b));
    expect(table).toMatchObject(Array.from({ length: 4 }, () => ({ validationAccuracy: null })));
    const again = await trainJsonHere([...best.command.split(" ").slice(2), ...ALONE], { cwd });
    expect(again.weightsSha256).toBe(best.weightsSha256);
  });
});

describe("--search halving", () => {
  const HALVING = [...DATA, "--search", "halving", "--lr", "0.001..1", "--runs", "9", "--epochs", "9"];

  it("has the same table for any number of threads; the rows of later rungs stand above", async () => {
    const found = await Promise.all(
      ["0", "3"].map((workers) => sweepJson([...HALVING, "--workers", workers], { cwd: temporaryFolder() })),
    );
    expect(found[1]).toEqual(found[0]);
    expect(found[0]).toMatchObject({ search: "halving", runs: 9, done: 13, best: { epochs: 9 } });
    const epochs = found[0].table.map((row: { epochs: number }) => row.epochs);
    expect(epochs).toEqual([9, 3, 3, 1, 1, 1, 1, 1, 1]);
    const again = await trainJsonHere(found[0].best.command.split(" ").slice(2), { cwd: temporaryFolder() });
    expect(again.weightsSha256).toBe(found[0].best.weightsSha256);
  });
});

describe("--time", () => {
  it("that is too short for one run is refused, and leaves nothing", async () => {
    const cwd = temporaryFolder();
    const long = ["--examples", "200", "--hidden", "300|301", "--epochs", "100000000", "--time", "1s", "--out", "kept"];
    const { code, stderr } = await sweep([...long, "--quiet"], { cwd });
    expect(stderr).toContain("error: --time: expected time for at least one run, found 1 s, in which none was done");
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("sweep --resume is refused", () => {
  it.each<[string, string]>([
    ["--resume nope", "--resume: expected the folder of a sweep, with its sweep.json, found nope"],
    [
      "--resume kept --lr 0.1",
      '--lr: expected nothing beside --resume: the sweep goes on with the flags of kept, found "0.1"',
    ],
    ["--resume kept --seed 1", "--seed: expected nothing beside --resume"],
    ["--resume kept --config kept", "--config: expected nothing beside --resume"],
    ["--resume kept --out other", "--out: expected nothing beside --resume"],
  ])("for %s", async (args, said) => {
    const cwd = await killed();
    const { code, stderr } = await refusal(["sweep", ...args.split(" ")], { cwd });
    expect(stderr).toContain(said);
    expect(code).toBe(2);
  });

  it("where a result is damaged, or another sweep's; nothing is changed", async () => {
    const cwd = await killed();
    const [first] = results(cwd);
    const path = join(cwd, "kept/results", first);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.slice(0, 50));
    const damaged = await sweep(["--resume", "kept"], { cwd });
    expect(damaged.stderr).toContain(`--resume: kept/results/${first}: expected JSON`);
    writeFileSync(path, text.replace('"lr": "0.', '"lr": "0.7'));
    const other = await sweep(["--resume", "kept"], { cwd });
    expect(other.stderr).toMatch(/--resume: kept\/results: expected of run \d \{"epochs":"1","lr":"0\.\d+"\}, found /);
    expect([damaged.code, other.code]).toEqual([2, 2]);
    expect(results(cwd)).toContain(first);
  });

  it("where the data are others by now", async () => {
    const cwd = temporaryFolder();
    const row = (r: number) => [(r * 7) % 50, (r * 7) % 50 < 20 ? "yes" : "no"];
    writeFileSync(join(cwd, "t.csv"), tableOf("age,member", 90, row));
    const args = ["--data", "t.csv", "--lr", "0.1|0.2", "--epochs", "2", ...ALONE, "--out", "kept"];
    const { best } = await sweepJson(args, { cwd });
    expect(best.command).toMatch(/^pnpm train --data t.csv --epochs 2 --lr 0\.[12] --validation-fraction 0.2$/);
    writeFileSync(join(cwd, "t.csv"), tableOf("age,member", 91, row));
    const { code, stderr } = await sweep(["--resume", "kept"], { cwd });
    expect(stderr).toMatch(/--resume: expected the data that kept was trained on \(SHA-256 /);
    expect(code).toBe(2);
  });
});
