import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Agreement,
  Difference,
  LOCK,
  readMetrics,
  thisProcess,
  type VerifyOptions,
  verifyRun,
} from "@scratch-nn/cli";
import { decodeModel, InputError } from "@scratch-nn/core";
import { parameterBytes } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { runHere, trainJsonHere } from "../support/here.ts";
import { tableOf } from "../support/tables.ts";
import { copiesOf } from "../support/temporary-folder.ts";
import { ALONE } from "../support/train-cli.ts";

const EPOCHS = 6;
const row = (r: number) => [(r * 7) % 50, (r * 11) % 13, (r * 7) % 50 < 20 + (r % 3) ? "yes" : "no"];
const HOW = ["--hidden", "6", "--optimizer", "adam", "--lr", "0.1", "--batch-size", "8", "--epochs", String(EPOCHS)];
const OFTEN = ["--validation-fraction", "0.2", "--keep", "best", "--checkpoint-every", "1", "--keep-checkpoints", "99"];

const TABLE = ["--data", "t.csv", "--label", "member"];

/** A folder with a table and a run of eight workers on it. */
const folderWithRun = copiesOf(async (cwd) => {
  writeFileSync(join(cwd, "t.csv"), tableOf("age,rooms,member", 90, row));
  await trainJsonHere([...TABLE, ...HOW, ...OFTEN, "--workers", "8", "--out", "run"], { cwd });
});

/** A copy of the run, for a test to change. */
const copyOfRun = async (): Promise<string> => join(await folderWithRun(), "run");

const NEVER_STOPPED = { signal: new AbortController().signal, goOn: async () => {} };
const OPTIONS: VerifyOptions = { workers: 0, kernels: "auto", json: false, quiet: true };

function verify(run: string, options: Partial<VerifyOptions> = {}): Promise<Agreement> {
  return verifyRun(run, { ...OPTIONS, ...options }, NEVER_STOPPED);
}

/** The message about the first difference. */
async function differenceIn(run: string, options: Partial<VerifyOptions> = {}): Promise<string> {
  const found = await verify(run, options).catch((error: unknown) => error);
  expect(found).toBeInstanceOf(Difference);
  return (found as Difference).message;
}

function change(path: string, from: string, to: string): void {
  const text = readFileSync(path, "latin1");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to), "latin1");
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at < 0 ? bytes.length + at : at] ^= 1;
  writeFileSync(path, bytes);
}

describe("verify", () => {
  it("says yes of a run of eight workers, on one, and of the way from one of its checkpoints to the next", async () => {
    const cwd = await folderWithRun();
    const whole = await runHere(["verify", "run", "--workers", "1", "--quiet"], { cwd });
    const states = readdirSync(join(cwd, "run/checkpoints")).length;
    expect(states).toBeGreaterThan(1);
    expect([whole.code, whole.stderr]).toEqual([0, ""]);
    expect(whole.stdout).toMatch(
      new RegExp(
        `^yes: .* with 1 worker: ${EPOCHS} epochs, ${states} checkpoints, config.json, model.safetensors, model-last.safetensors$`,
        "m",
      ),
    );
    const part = await verify(join(cwd, "run"), { fromCheckpoint: 1, workers: 2 });
    expect(part.checkpoints).toBe(1);
    expect(part.files).toEqual(["config.json"]);
    await expect(verify(join(cwd, "run"), { fromCheckpoint: states })).rejects.toThrow(/--from-checkpoint: expected/);
  });

  it("finds the weights of both models in metrics.csv: of the best epoch, and of the last", async () => {
    const run = await copyOfRun();
    const { bestEpoch, weightsSha256 } = JSON.parse(readFileSync(join(run, "metrics.json"), "utf8"));
    expect(bestEpoch).toBeLessThan(EPOCHS);
    const { rows } = readMetrics(readFileSync(join(run, "metrics.csv"), "utf8"));
    const shaOf = (name: string): string => {
      const { network } = decodeModel(readFileSync(join(run, name)));
      return createHash("sha256").update(parameterBytes(network)).digest("hex");
    };
    expect(shaOf("model.safetensors")).toBe(weightsSha256);
    expect(weightsSha256.slice(0, 16)).toBe(rows[bestEpoch - 1].weights);
    expect(shaOf("model-last.safetensors").slice(0, 16)).toBe(rows[EPOCHS - 1].weights);
  });

  it("says no, with exit code 1, naming the first epoch that differs", async () => {
    const copy = await copyOfRun();
    const path = join(copy, "metrics.csv");
    const lines = readFileSync(path, "utf8").split("\n");
    lines[3] = `${lines[3].slice(0, -1)}${lines[3].endsWith("0") ? 1 : 0}`;
    writeFileSync(path, lines.join("\n"));
    const { code, stdout } = await runHere(["verify", copy, "--json", "--quiet", ...ALONE], { cwd: copy });
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      { run: copy, workers: 0, agrees: false, where: "epoch 3", what: expect.stringContaining(lines[3].slice(-16)) },
    ]);
  });

  it("says no of other data", async () => {
    const cwd = await folderWithRun();
    writeFileSync(join(cwd, "other.csv"), readFileSync(join(cwd, "t.csv"), "utf8").replace("7,11,", "8,11,"));
    expect(await differenceIn(join(cwd, "run"), { data: join(cwd, "other.csv") })).toMatch(
      /^the data, .*other.csv,: the run had examples of SHA-256/,
    );
    // The data may move, and write the same numbers with other characters.
    writeFileSync(join(cwd, "moved.csv"), readFileSync(join(cwd, "t.csv"), "utf8").replace("7,11,", "7.0,11,"));
    expect((await verify(join(cwd, "run"), { data: join(cwd, "moved.csv") })).epochs).toBe(EPOCHS);
    await expect(verify(join(cwd, "run"), { data: join(cwd, "gone.csv") })).rejects.toBeInstanceOf(InputError);
  });

  it("says no of another config, naming the epoch where no checkpoint contradicts it before", async () => {
    const copy = await copyOfRun();
    change(join(copy, "config.json"), '"lr": 0.1', '"lr": 0.3');
    expect(await differenceIn(copy)).toMatch(/^lr in config.json: it is 0.3, and 0.1 in .*checkpoint/);
    rmSync(join(copy, "checkpoints"), { recursive: true });
    expect(await differenceIn(copy)).toMatch(/^epoch 1: the run has .*loss .*, training again gives/);
  });

  it.each([
    ["the classes", '"no"', '"nO"', /config.json: at byte/],
    ["a blank", '"seed": 1', '"seed":  1', /config.json: at byte/],
    ["a key that means nothing", '"workers"', '"worker5"', /config.json: at byte/],
    ["the data's SHA-256", '"dataSha256": "', '"dataSha256": "0', /dataSha256 in config.json/],
  ])("says no where a config has other than it was written with: %s", async (_, from, to, where) => {
    const copy = await copyOfRun();
    change(join(copy, "config.json"), from, to);
    expect(await differenceIn(copy)).toMatch(where);
  });

  it("says no of every checkpoint and model with another bit, by its name", async () => {
    const copy = await copyOfRun();
    const [first] = readdirSync(join(copy, "checkpoints"));
    for (const name of [join("checkpoints", first), "model.safetensors"]) {
      const bytes = readFileSync(join(copy, name));
      for (const at of [0, 100, Math.floor(bytes.length / 2), -1]) {
        flip(join(copy, name), at);
        expect(await differenceIn(copy)).toContain(join(copy, name));
        writeFileSync(join(copy, name), bytes);
      }
    }
    expect((await verify(copy)).epochs).toBe(EPOCHS);
  });

  it("never agrees with a metrics.csv, metrics.json or config.json of which any byte was changed", async () => {
    const copy = await copyOfRun();
    for (const name of ["metrics.csv", "config.json"]) {
      const bytes = readFileSync(join(copy, name));
      for (let k = 0; k < 40; k++) {
        flip(join(copy, name), (k * 2_654_435_761) % bytes.length);
        const found = await verify(copy).catch((error: unknown) => error);
        const isNo = found instanceof Difference || found instanceof InputError;
        // The number of workers changes no result.
        const isHarmless = readFileSync(join(copy, name), "utf8").match(/"workers": [0-9]+,/) && name === "config.json";
        expect(isNo || isHarmless, `${name}, byte ${(k * 2_654_435_761) % bytes.length}: ${found}`).toBeTruthy();
        writeFileSync(join(copy, name), bytes);
      }
    }
  });

  it("compares a run that was stopped as far as it came", async () => {
    const copy = await copyOfRun();
    rmSync(join(copy, "metrics.json"));
    const text = readFileSync(join(copy, "metrics.csv"), "utf8");
    // The last line is incomplete.
    writeFileSync(join(copy, "metrics.csv"), text.split("\n").slice(0, 4).join("\n"));
    const names = readdirSync(join(copy, "checkpoints"));
    for (const name of names.slice(1)) rmSync(join(copy, "checkpoints", name));
    expect(await verify(copy)).toMatchObject({ epochs: 2, checkpoints: 1, files: ["config.json"] });
    rmSync(join(copy, "checkpoints"), { recursive: true });
    writeFileSync(join(copy, "metrics.csv"), text.slice(0, text.indexOf("\n") + 1));
    await expect(verify(copy)).rejects.toThrow(/expected a run that has kept an epoch or a checkpoint/);
    writeFileSync(join(copy, LOCK), JSON.stringify(thisProcess()));
    await expect(verify(copy)).rejects.toThrow(/expected a run that nobody is at work on, found process \d+ at work/);
  });

  it("does each training of a run of many again", async () => {
    const cwd = await folderWithRun();
    const run = join(cwd, "many");
    await trainJsonHere([...TABLE, "--folds", "2", "--ensemble", "--epochs", "2", ...ALONE, "--out", "many"], { cwd });
    expect(await verify(run)).toMatchObject({ trials: 2, files: ["config.json", "model.safetensors"] });
    await expect(verify(run, { fromCheckpoint: 1 })).rejects.toThrow(/expected a run of one training/);
    const [name, other] = readdirSync(join(run, "trials"));
    flip(join(run, "trials", name), -1);
    expect(await differenceIn(run)).toMatch(/^trial [12] of 2 .*its checksum does not match/);
    // A trial that does not follow from the config and the data.
    renameSync(join(run, "trials", other), join(run, "trials", `${"0".repeat(64)}.trial`));
    expect(await differenceIn(run)).toMatch(
      /0.trial: config.json and the data come to 2 trials, and it is none of them/,
    );
  });
});
