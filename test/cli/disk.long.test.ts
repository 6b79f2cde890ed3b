import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mountTmpfs } from "../support/small-disk.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train, trainJson } from "../support/train-cli.ts";

const SMALL = ["--examples", "200", "--epochs", "2", ...ALONE];

describe("a disk that cannot be written to ends the run with exit code 1, a clear message and nothing half-written:", () => {
  it("full", async (context) => {
    const cwd = temporaryFolder();
    const disk = join(cwd, "disk");
    mkdirSync(disk);
    if (!mountTmpfs(disk, 16)) return context.skip();
    const { code, stderr } = await train([...SMALL, "--out", "disk/kept", "--quiet"], { cwd });
    expect(stderr).toMatch(/^warning: a checkpoint could not be written: ENOSPC: .*; nothing was left there\n/);
    expect(stderr).toMatch(
      /\nerror: --out: expected a folder that can be written to, found disk\/kept \(ENOSPC: .*\); free space or name another folder; nothing was left there\n$/,
    );
    expect(code).toBe(1);
    expect(readdirSync(disk)).toEqual([]);
  });

  it("read-only", async (context) => {
    const cwd = temporaryFolder();
    const disk = join(cwd, "disk");
    mkdirSync(disk);
    if (!mountTmpfs(disk, 16, "ro")) return context.skip();
    const { code, stderr } = await train([...SMALL, "--out", "disk/kept"], { cwd });
    expect(stderr).toMatch(/--out: expected a folder that can be written to, found disk\/kept \(EROFS: /);
    expect(code).toBe(1);
  });

  it("through a file", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "file"), "mine");
    const { code, stderr } = await train([...SMALL, "--out", "file/kept"], { cwd });
    expect(stderr).toMatch(/--out: expected a new or empty folder, found file\/kept, which is or lies under a file/);
    expect(code).toBe(2);
  });
});

describe("a disk that fills up while a run is saved", () => {
  it("costs checkpoints, not the run: it goes on, keeps the last good one and exits with 1", async (context) => {
    const cwd = temporaryFolder();
    const disk = join(cwd, "disk");
    mkdirSync(disk);
    if (!mountTmpfs(disk, 1024)) return context.skip();
    // With 636 kB of parameters, one checkpoint fits, but not a second one.
    const job = ["--examples", "400", "--hidden", "200", "--batch-size", "100", ...ALONE];
    const args = [...job, "--epochs", "6", "--checkpoint-every", "1", "--out", "disk/kept"];
    const { code, stdout, stderr } = await train([...args, "--quiet"], { cwd });
    expect(code).toBe(1);
    expect(
      stderr.match(/warning: a checkpoint could not be written: ENOSPC: .*; the newest checkpoint is /g),
    ).toHaveLength(1);
    expect(stderr).toMatch(
      /error: --out: .*\(ENOSPC: .*\); .*; the newest checkpoint is disk\/kept\/checkpoints\/step-/,
    );
    // The result is still printed.
    const reference = await trainJson([...job, "--epochs", "6"], { cwd });
    expect(stdout).toContain(reference.weightsSha256);
    expect(stdout).toMatch(/saved in +nothing: see below/);
    expect(readdirSync(join(disk, "kept")).sort()).toEqual([
      "checkpoints",
      "config.json",
      "environment.json",
      "metrics.csv",
    ]);
    const names = readdirSync(join(disk, "kept/checkpoints"));
    expect(names).toHaveLength(1);
    // The run can be resumed on another disk.
    cpSync(join(disk, "kept"), join(cwd, "elsewhere"), { recursive: true });
    expect((await trainJson(["--resume", "elsewhere"], { cwd })).weightsSha256).toBe(reference.weightsSha256);
  });
});
