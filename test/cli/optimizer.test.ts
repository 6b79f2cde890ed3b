import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { decodeCheckpoint } from "@scratch-nn/cli";
import { describe, expect, it } from "vitest";
import { trainHere, trainJsonHere } from "../support/here.ts";
import { copiesOf, temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train } from "../support/train-cli.ts";
import { untilThere } from "../support/wait-for.ts";

const JOB = ["--examples", "300", "--hidden", "12", "--batch-size", "50", ...ALONE];
const ADAM = [...JOB, "--optimizer", "adam", "--beta1", "0.8"];

const read = (cwd: string, name: string): string => readFileSync(join(cwd, "kept", name), "utf8");
const checkpoints = (cwd: string): string[] => readdirSync(join(cwd, "kept/checkpoints")).sort();

/** A run of three epochs with Adam, in `kept`. */
const halfRun = copiesOf((cwd) => trainJsonHere([...ADAM, "--epochs", "3", "--out", "kept"], { cwd }));

let whole: string | undefined;

/** The digest of the weights of six uninterrupted epochs. */
async function undisturbed(): Promise<string> {
  whole ??= (await trainJsonHere([...ADAM, "--epochs", "6"], { cwd: temporaryFolder() })).weightsSha256;
  return whole;
}

describe("--optimizer", () => {
  it("is kept with all its numbers, and told with its own learning rate", async () => {
    const cwd = temporaryFolder();
    const { code, stderr } = await trainHere([...JOB, "--optimizer", "adamw", "--epochs", "2", "--out", "kept"], {
      cwd,
    });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^training +2 epochs of 5 steps of 50, adamw, learning rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-8, weight decay 0.01, seed 1$/m,
    );
    expect(JSON.parse(read(cwd, "config.json"))).toMatchObject({
      optimizer: "adamw",
      lr: 0.001,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0.01,
    });
    expect(JSON.parse(read(cwd, "metrics.json"))).toMatchObject({ optimizer: "adamw", learningRate: 0.001 });
  });

  it("gradient-descent is what a run is that says nothing of it, to the bytes that it keeps", async () => {
    const runs = await Promise.all(
      [[], ["--optimizer", "gradient-descent", "--lr", "0.1"]].map(async (flags) => {
        const cwd = temporaryFolder();
        await trainJsonHere([...JOB, "--epochs", "2", "--out", "kept", ...flags], { cwd });
        const newest = readFileSync(join(cwd, "kept/checkpoints", checkpoints(cwd).at(-1)!));
        return { config: read(cwd, "config.json"), newest };
      }),
    );
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[0].config).not.toMatch(/optimizer|momentum|beta|epsilon|weightDecay/);
    expect(runs[0].newest.toString("latin1", 0, 32)).toBe("scratch-nn checkpoint, format 2\n");
  });
});

describe("--schedule and --warmup", () => {
  const SCHEDULED = [...JOB, "--schedule", "cos-log", "--warmup", "3", "--optimizer", "momentum"];

  it("are told and kept, and constant without a warm-up is what a run is that says nothing of it", async () => {
    const cwd = temporaryFolder();
    const { stderr } = await trainHere([...SCHEDULED, "--epochs", "3", "--out", "kept"], { cwd });
    expect(stderr).toMatch(/, momentum, learning rate 0.01 cos-log after 3 steps of warm-up, momentum 0.9, seed 1$/m);
    expect(JSON.parse(read(cwd, "config.json"))).toMatchObject({ schedule: "cos-log", warmup: 3 });
    const plain = temporaryFolder();
    const flags = ["--schedule", "constant", "--warmup", "0"];
    await trainJsonHere([...JOB, ...flags, "--epochs", "2", "--out", "kept"], { cwd: plain });
    expect(read(plain, "config.json")).not.toMatch(/schedule|warmup/);
  });

  it("go on from any checkpoint to the same bits", async () => {
    const cwd = temporaryFolder();
    const job = [...SCHEDULED, "--epochs", "4", "--checkpoint-every", "1", "--keep-checkpoints", "9"];
    const whole = await trainJsonHere([...job, "--out", "kept"], { cwd });
    // The run skips a checkpoint while another is being written, but keeps those of the first and the last epoch.
    for (const name of checkpoints(cwd).slice(1)) rmSync(join(cwd, "kept/checkpoints", name));
    const again = await trainJsonHere(["--resume", "kept", "--epochs", "4"], { cwd });
    expect(again.weightsSha256).toBe(whole.weightsSha256);
  });
});

describe("--resume of a run by Adam", () => {
  it.each([["0"], ["1"], ["3"]])("ends in the bits of one run (%s workers)", async (workers) => {
    const cwd = await halfRun();
    const summary = await trainJsonHere(["--resume", "kept", "--epochs", "6", "--workers", workers], { cwd });
    expect(summary.weightsSha256).toBe(await undisturbed());
    expect(summary).toMatchObject({ optimizer: "adam", learningRate: 0.001 });
  });

  it("goes on after it was killed in the middle of an epoch", async () => {
    const cwd = temporaryFolder();
    const job = ["--examples", "600", "--batch-size", "7", ...ALONE, "--optimizer", "adam"];
    const { signal } = await train(
      [...job, "--epochs", "100000", "--checkpoint-every", "1", "--out", "kept", "--quiet"],
      {
        cwd,
        async onStart(child) {
          await untilThere(child, join(cwd, "kept/checkpoints"), /checkpoint$/);
          child.kill("SIGKILL");
        },
      },
    );
    expect(signal).toBe("SIGKILL");
    const newest = checkpoints(cwd).findLast((name) => name.endsWith(".checkpoint"))!;
    const { epoch } = decodeCheckpoint(readFileSync(join(cwd, "kept/checkpoints", newest))).position;
    const epochs = String(epoch + 2);
    const resumed = await trainJsonHere(["--resume", "kept", "--epochs", epochs], { cwd });
    const undisturbed = await trainJsonHere([...job, "--epochs", epochs, "--out", "whole"], { cwd });
    expect(resumed.weightsSha256).toBe(undisturbed.weightsSha256);
  });

  it("accepts what it has, given once more", async () => {
    const cwd = await halfRun();
    const flags = ["--optimizer", "adam", "--beta1", "0.8", "--lr", "0.001"];
    const summary = await trainJsonHere(["--resume", "kept", "--epochs", "6", ...flags], { cwd });
    expect(summary.weightsSha256).toBe(await undisturbed());
  });
});
