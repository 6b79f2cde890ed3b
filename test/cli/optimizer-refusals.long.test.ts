import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/here.ts";
import { copiesOf, temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, trainJson } from "../support/train-cli.ts";

const JOB = ["--examples", "300", "--hidden", "12", "--batch-size", "50", ...ALONE];
const ADAM = [...JOB, "--optimizer", "adam", "--beta1", "0.8"];
const SCHEDULED = [...JOB, "--schedule", "cos-log", "--warmup", "3", "--optimizer", "momentum"];

const checkpoints = (cwd: string): string[] => readdirSync(join(cwd, "kept/checkpoints")).sort();

/** Runs of three epochs, in `kept`. */
const halfRun = copiesOf((cwd) => trainJson([...ADAM, "--epochs", "3", "--out", "kept"], { cwd }));
const scheduledRun = copiesOf((cwd) => trainJson([...SCHEDULED, "--epochs", "3", "--out", "kept"], { cwd }));

describe("--optimizer", () => {
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
    [["--optimizer", "adam", "--epsilon", "0"], /^error: --epsilon: expected a finite number above 0 .*found "0"/],
    [
      ["--optimizer", "adamw", "--weight-decay", "-1"],
      /^error: --weight-decay: expected a finite number from 0, .*found "-1"/,
    ],
  ])("refuses %j", async (flags, message) => {
    const cwd = temporaryFolder();
    const { code, stderr } = await refusal(["train", ...JOB, "--out", "kept", ...flags], { cwd });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("--schedule and --warmup", () => {
  it.each([
    [["--schedule", "cosine"], /--schedule: expected cos-log, as in kept, found cosine; leave it out/],
    [["--schedule", "constant"], /--schedule: expected cos-log, as in kept, found constant; leave it out/],
    [["--warmup", "4"], /--warmup: expected 3, as in kept, found 4; leave it out/],
    [
      ["--epochs", "4"],
      /--epochs: expected 3, as in kept: its learning rates follow from .* \(cos-log\), found 4; leave/,
    ],
  ])("are not changed by --resume: %j", async (flags, message) => {
    const cwd = await scheduledRun();
    const { code, stderr } = await refusal(["train", "--resume", "kept", ...flags], { cwd });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it.each([
    [
      ["--schedule", "linear"],
      /^error: --schedule: expected one of constant, step, cosine, cos-log, one-cycle, plateau, found "linear"/,
    ],
    [["--warmup", "0.5"], /^error: --warmup: expected a whole number from 0 to \d+, found "0.5"/],
  ])("are refused where they are none: %j", async (flags, message) => {
    const { code, stderr } = await refusal(["train", ...JOB, ...flags], { cwd: temporaryFolder() });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe("--resume of a run by Adam", () => {
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
    const { code, stderr } = await refusal(["train", "--resume", "kept", ...flags], { cwd });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(checkpoints(cwd)).toEqual(before);
  });
});
