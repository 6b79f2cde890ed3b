import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, MAIN, train } from "../support/train-cli.ts";

const FAST = ["--examples", "100", "--epochs", "1", "--out", "kept", ...ALONE];

describe("a name that means something built in, and is there on disk, too", () => {
  it("is said to be the built-in one, with how to get the other", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "digits"));
    writeFileSync(join(cwd, "digits/train.csv"), "label,x\na,1\nb,2\na,1\nb,2\n");
    const { stderr } = await train(FAST, { cwd });
    expect(stderr).toMatch(
      /data +digits: 80 examples .*\n +digits is the built-in one, not what is here under that name: for that pass --data \.\/digits\n/,
    );
    const other = await train(["--data", "./digits", "--epochs", "1", "--out", "other", ...ALONE], { cwd });
    expect(other.stderr).toMatch(/data +\.\/digits: /);
    expect(other.stderr).not.toMatch(/built-in/);
  });

  it("is not spoken of where it is not there", async () => {
    const { stderr } = await train(FAST, { cwd: temporaryFolder() });
    expect(stderr).not.toMatch(/built-in/);
  });
});

describe("no test examples", () => {
  it.each([
    [
      "0.5",
      "a,1\nb,2",
      /^test accuracy +no test examples: --test-fraction 0\.5 of 2 examples in 2 classes leaves none,/m,
    ],
    ["0", "a,1\nb,2\na,1\nb,2", /^test accuracy +no test examples: --test-fraction is 0$/m],
  ])("are said to be none, and why: --test-fraction %s", async (fraction, rows, message) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "few.csv"), `label,x\n${rows}\n`);
    const args = ["--data", "few.csv", "--test-fraction", fraction, "--epochs", "1", "--out", "kept", ...ALONE];
    const { code, stdout } = await train(args, { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(message);
  });
});

describe.skipIf(!existsSync("/dev/full"))("a full disk behind stdout", () => {
  it("is said in one line, and costs nothing of what is kept", () => {
    const cwd = temporaryFolder();
    const command = [process.execPath, MAIN, "train", ...FAST, "--quiet"].map((part) => `'${part}'`).join(" ");
    const { status, stderr } = spawnSync("sh", ["-c", `${command} > /dev/full`], { cwd, encoding: "utf8" });
    expect([status, stderr.trim().split("\n")]).toEqual([
      1,
      [expect.stringMatching(/^error: what was to be printed could not be written: ENOSPC/)],
    ]);
    expect(readdirSync(join(cwd, "kept"))).toEqual([
      "checkpoints",
      "config.json",
      "environment.json",
      "metrics.csv",
      "metrics.json",
      "model.safetensors",
    ]);
  });
});
