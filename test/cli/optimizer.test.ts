import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeCheckpoint } from "@scratch-nn/cli";
import { describe, expect, it } from "vitest";
import { copiesOf, temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train, trainJson } from "../support/train-cli.ts";
import { untilThere } from "../support/wait-for.ts";

const JOB = ["--examples", "300", "--hidden", "12", "--batch-size", "50", ...ALONE];
const ADAM = [...JOB, "--optimizer", "adam", "--beta1", "0.8"];

const read = (cwd: string, name: string): string => readFileSync(join(cwd, "kept", name), "utf8");
const checkpoints = (cwd: string): string[] => readdirSync(join(cwd, "kept/checkpoints")).sort();

/** A run of three epochs by Adam, in `kept`. */
const halfRun = copiesOf((cwd) => trainJson([...ADAM, "--epochs", "3", "--out", "kept"], { cwd }));

let whole: string | undefined;

/** The weights of six epochs in one go. */
async function undisturbed(): Promise<string> {
  whole ??= (await trainJson([...ADAM, "--epochs", "6"], { cwd: temporaryFolder() })).weightsSha256;
  return whole;
}

describe("--optimizer", () => {
  it("is kept with all its numbers, and told with its own learning rate", async () => {
    const cwd = temporaryFolder();
    const { code, stderr } = await train([...JOB, "--optimizer", "adamw", "--epochs", "2", "--out", "kept"], { cwd });
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
        await trainJson([...JOB, "--epochs", "2", "--out", "kept", ...flags], { cwd });
        const newest = readFileSync(join(cwd, "kept/checkpoints", checkpoints(cwd).at(-1)!));
        return { config: read(cwd, "config.json"), newest };
      }),
    );
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[0].config).not.toMatch(/optimizer|momentum|beta|epsilon|weightDecay/);
    expect(runs[0].newest.toString("latin1", 0, 32)).toBe("scratch-nn checkpoint, format 2\n");
  });

  it.each([
    [
      ["--momentum", "0.9"],
      /^error: --momentum: expected no such number of gradient-descent, which has none, found 0.9; leave it out, or pass --optimizer momentum or nesterov\n$/,
    ],
    [
      ["--optimizer", "adam", "--momentum", "0.9"],
      /^error: --momentum: expected no such number of adam, which has --beta1, --beta2 and --epsilon alone, found 0.9; /,
    ],
    [
      ["--optimizer", "adam", "--weight-decay", "0.1"],
      /^error: --weight-decay: expected no such number of adam, .*; leave it out, or pass --optimizer adamw\n$/,
    ],
    [["--optimizer", "sgd"], /^error: --optimizer: expected one of gradient-descent, momentum, .*, found "sgd"/],
    [
      ["--optimizer", "adam", "--beta2", "1"],
      /^error: --beta2: expected a number from 0 to below 1, .*found "1"; pass for example --beta2 0.9/,
    ],
    [["--optimizer", "adam", "--epsilon", "0"], /^error: --epsilon: expected a finite number above 0, .*found "0"/],
    [
      ["--optimizer", "adamw", "--weight-decay", "-1"],
      /^error: --weight-decay: expected a finite number from 0, .*found "-1"/,
    ],
  ])("refuses %j", async (flags, message) => {
    const cwd = temporaryFolder();
    const { code, stderr } = await train([...JOB, "--out", "kept", ...flags], { cwd });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("--resume of a run by Adam", () => {
  it.each([["0"], ["1"], ["3"]])("ends in the bits of one run (%s workers)", async (workers) => {
    const cwd = await halfRun();
    const summary = await trainJson(["--resume", "kept", "--epochs", "6", "--workers", workers], { cwd });
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
    const resumed = await trainJson(["--resume", "kept", "--epochs", epochs], { cwd });
    const undisturbed = await trainJson([...job, "--epochs", epochs, "--out", "whole"], { cwd });
    expect(resumed.weightsSha256).toBe(undisturbed.weightsSha256);
  });

  it.each([
    [["--optimizer", "adamw"], /--optimizer: expected adam, as in kept, found adamw; leave it out/],
    [
      ["--optimizer", "gradient-descent"],
      /--optimizer: expected adam, as in kept, found gradient-descent; leave it out/,
    ],
    [["--beta1", "0.9"], /--beta1: expected 0.8, as in kept, found 0.9; leave it out/],
    [["--beta2", "0.9"], /--beta2: expected 0.999, as in kept, found 0.9; leave it out/],
    [["--momentum", "0.9"], /--momentum: expected nothing, as in kept, found 0.9; leave it out/],
    [["--lr", "0.1"], /--lr: expected 0.001, as in kept, found 0.1; leave it out/],
  ])("refuses %j", async (flags, message) => {
    const cwd = await halfRun();
    const before = checkpoints(cwd);
    const { code, stderr } = await train(["--resume", "kept", ...flags], { cwd });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(checkpoints(cwd)).toEqual(before);
  });

  it("accepts what it has, given once more", async () => {
    const cwd = await halfRun();
    const flags = ["--optimizer", "adam", "--beta1", "0.8", "--lr", "0.001"];
    const summary = await trainJson(["--resume", "kept", "--epochs", "6", ...flags], { cwd });
    expect(summary.weightsSha256).toBe(await undisturbed());
  });
});
