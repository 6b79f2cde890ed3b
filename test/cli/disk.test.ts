import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { train } from "../support/train-cli.ts";

const SMALL = ["--examples", "200", "--epochs", "2"];

/** Mounts a file system of so many kilobytes; false where this user or machine may not. */
function mountTmpfs(folder: string, kilobytes: number, flags = "rw"): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k,${flags}`, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    process.stderr.write("no right to mount a file system: a test on a full or read-only disk is skipped\n");
    return false;
  }
  onTestFinished(() => {
    execFileSync("umount", [folder]);
  });
  return true;
}

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
