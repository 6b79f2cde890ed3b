import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mountTmpfs } from "../support/small-disk.ts";
import { copiesOf } from "../support/temporary-folder.ts";
import { ALONE, MAIN, runCommand, train } from "../support/train-cli.ts";

const KEPT = ["checkpoints", "config.json", "environment.json", "metrics.csv", "metrics.json", "model.safetensors"];
const ROWS = 40_000;

/** A trained network, and a table with more predictions than a pipe holds. */
const withModel = copiesOf(async (cwd) => {
  writeFileSync(join(cwd, "few.csv"), `label,x,y\n${"a,1,2\nb,2,1\n".repeat(5)}`);
  writeFileSync(join(cwd, "many.csv"), `label,x,y\n${"a,1,2\nb,2,1\n".repeat(ROWS / 2)}`);
  await train(["--data", "few.csv", "--epochs", "1", "--out", "kept", "--quiet", ...ALONE], { cwd });
});

const TRAIN = ["train", "--data", "few.csv", "--epochs", "3", "--out", "new", "--no-report", ...ALONE];
const PREDICT = ["predict", "kept", "--data", "many.csv"];
const EVALUATE = ["evaluate", "kept", "--data", "few.csv"];

/** Runs the command in a shell, with the redirection appended. */
function inShell(args: readonly string[], redirected: string, cwd: string) {
  const command = [process.execPath, MAIN, ...args].map((part) => `'${part}'`).join(" ");
  return spawnSync("bash", ["-c", `set -o pipefail; ${command} ${redirected}`], { cwd, encoding: "utf8" });
}

describe("a reader that has seen enough", () => {
  it.each([
    ["train", TRAIN],
    ["train --json", [...TRAIN, "--json"]],
    ["predict", PREDICT],
    ["evaluate", EVALUATE],
    ["--help", ["train", "--help"]],
  ])("is no failure of %s", async (_, args) => {
    const cwd = await withModel();
    const { status, stderr } = inShell([...args, ...(args.includes("--help") ? [] : ["--quiet"])], "| true", cwd);
    expect([status, stderr]).toEqual([0, ""]);
    if (args[0] === "train" && !args.includes("--help")) expect(readdirSync(join(cwd, "new"))).toEqual(KEPT);
  });

  it("ends predict, however many rows would follow", async () => {
    const cwd = await withModel();
    const { status, stdout } = inShell(
      ["predict", "kept", "--data", "-"],
      "< <(echo label,x,y; yes a,1,2) | head -2",
      cwd,
    );
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^prediction\n[ab]\n$/)]);
  });

  it("who reads neither output costs a run nothing of what it keeps", async () => {
    const cwd = await withModel();
    const child = spawn(process.execPath, [MAIN, ...TRAIN], { cwd });
    child.stdout.destroy();
    child.stderr.destroy();
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, readdirSync(join(cwd, "new"))]).toEqual([0, KEPT]);
  });
});

describe.skipIf(!existsSync("/dev/full"))("a full disk", () => {
  const LINE = expect.stringMatching(/^error: what was to be printed could not be written: ENOSPC[^\n]*\n$/);

  it.each([
    ["train", TRAIN],
    ["predict", PREDICT],
    ["evaluate", EVALUATE],
    ["--help", ["--help"]],
    ["--version", ["--version"]],
  ])("behind stdout is one line of %s, and exit code 1", async (_, args) => {
    const cwd = await withModel();
    const quiet = args[0].startsWith("--") ? [] : ["--quiet"];
    const { status, stderr } = inShell([...args, ...quiet], "> /dev/full", cwd);
    expect([status, stderr]).toEqual([1, LINE]);
    if (args === TRAIN) expect(readdirSync(join(cwd, "new"))).toEqual(KEPT);
  });

  it.each([
    ["train", TRAIN],
    ["predict", PREDICT],
    ["evaluate", EVALUATE],
  ])("behind stderr costs nothing of what %s prints and keeps", async (_, args) => {
    const cwd = await withModel();
    const { status, stdout } = inShell(args, "2> /dev/full", cwd);
    expect(status).toBe(0);
    expect(stdout).not.toBe("");
    if (args === TRAIN) expect(readdirSync(join(cwd, "new"))).toEqual(KEPT);
  });

  it("with room for a part of the predictions is a failure, not a file that is cut in silence", async (context) => {
    const cwd = await withModel();
    const disk = join(cwd, "disk");
    mkdirSync(disk);
    const all = (await runCommand(PREDICT, { cwd })).stdout;
    // The disk has room for a part of the last write.
    if (!mountTmpfs(disk, Math.floor(all.length / 4096) * 4)) return context.skip();
    const { status, stderr } = inShell([...PREDICT, "--quiet"], "> disk/predictions.csv", cwd);
    expect(statSync(join(disk, "predictions.csv")).size).toBeLessThan(all.length);
    expect(all.startsWith(readFileSync(join(disk, "predictions.csv"), "utf8"))).toBe(true);
    expect([status, stderr]).toEqual([1, LINE]);
  });
});

/** Whether the machine has `script`, which gives a command a terminal. */
const hasScript = spawnSync("script", ["--version"]).status === 0;

describe.skipIf(!hasScript)("a terminal that shows nothing more", () => {
  it("keeps a run neither from going on nor from being saved when it is told to end", async () => {
    const cwd = await withModel();
    const args = ["train", "--epochs", "100000000", "--checkpoint-every", "1", "--out", "new", ...ALONE];
    const command = ["echo $$ > pid; exec", process.execPath, MAIN, ...args, "--data", "few.csv"].join(" ");
    const terminal = spawn("script", ["-qfec", command, "/dev/null"], { cwd });
    const ended = new Promise((resolve) => terminal.on("close", resolve));
    const newest = (): string => readdirSync(join(cwd, "new/checkpoints")).sort().at(-1) ?? "";
    await eventually(() => existsSync(join(cwd, "new/checkpoints")) && newest() !== "");
    // Ctrl-S.
    terminal.stdin.write("\u0013");
    for (let look = 0; look < 20; look++) {
      const before = newest();
      await eventually(() => newest() !== before);
    }
    process.kill(Number(readFileSync(join(cwd, "pid"), "utf8")), "SIGTERM");
    await eventually(() => existsSync(join(cwd, "new/model.safetensors")));
    // Ctrl-Q.
    terminal.stdin.write("\u0011");
    expect(await ended).toBe(143);
  });
});

async function eventually(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
