import { spawn } from "node:child_process";
import fs, { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { type Holder, LOCK, lifeOf, lock, thisProcess, unlock } from "@scratch-nn/cli";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train } from "../support/train-cli.ts";
import { until } from "../support/wait-for.ts";

/** Linux reports when a process started, and identifies the machine's boot. */
const isLinux = existsSync("/proc/self/stat");
/** A number that no process has: it exceeds the kernel's limit. */
const NOBODY = 2 ** 22 + 7;

function lockedBy(holder: object | string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, LOCK), typeof holder === "string" ? holder : JSON.stringify(holder));
  return folder;
}

const holderOf = (folder: string): Holder => JSON.parse(readFileSync(join(folder, LOCK), "utf8"));

describe("a lock", () => {
  it("is one file, whole from the first moment, and gone when it is given free", () => {
    const folder = temporaryFolder();
    expect(lock(folder)).toEqual({ isLocked: true, takenFrom: undefined });
    expect(readdirSync(folder)).toEqual([LOCK]);
    expect(holderOf(folder)).toEqual(JSON.parse(JSON.stringify(thisProcess())));
    expect(lock(folder)).toMatchObject({ isLocked: false, holder: { pid: process.pid } });
    unlock(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each<[string, object | string]>([
    ["a process that is gone", { ...thisProcess(), pid: NOBODY }],
    ["nobody: it is empty", ""],
    ["nobody: it was cut short", JSON.stringify(thisProcess()).slice(0, 20)],
    ["nobody: zeros that a power cut left", "\0".repeat(60)],
    ["nobody: no process has the number 0", { ...thisProcess(), pid: 0 }],
    ["nobody: no process has a negative number", { ...thisProcess(), pid: -1 }],
  ])("of %s is taken over", (_, holder) => {
    const folder = lockedBy(holder);
    expect(lock(folder)).toEqual({ isLocked: true, takenFrom: undefined });
    expect([readdirSync(folder), holderOf(folder).pid]).toEqual([[LOCK], process.pid]);
    unlock(folder);
  });

  it.runIf(isLinux).each<[string, object]>([
    ["a process whose number another one has by now", { ...thisProcess(), started: "1" }],
    [
      "before the machine was started again, even if number and time are the same",
      { ...thisProcess(), boot: "earlier" },
    ],
  ])("of %s is taken over", (_, holder) => {
    const folder = lockedBy(holder);
    expect(lock(folder)).toEqual({ isLocked: true, takenFrom: undefined });
    unlock(folder);
  });

  it.runIf(isLinux)("of a process that has ended and that its parent does not ask for is taken over", async () => {
    // The shell becomes another program, which does not know the child and never waits for it.
    const parent = spawn("sh", ["-c", "sleep 0.01 & echo $!; exec sleep 600"]);
    onTestFinished(() => void parent.kill("SIGKILL"));
    const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
    const stat = (): string[] => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    await until(parent, () => stat()[0] === "Z");
    const folder = lockedBy({ ...thisProcess(), pid, started: stat()[19] });
    expect(lock(folder)).toEqual({ isLocked: true, takenFrom: undefined });
    unlock(folder);
  });

  it.each<[string, object]>([
    ["another machine", { ...thisProcess(), host: "elsewhere" }],
    ["another container with this host's name", { ...thisProcess(), namespace: "pid:[1]" }],
  ])("of %s is taken over, and told of", (_, holder) => {
    if (!isLinux && "namespace" in holder) return;
    const folder = lockedBy(holder);
    expect(lock(folder)).toEqual({ isLocked: true, takenFrom: holder });
    unlock(folder);
  });

  it("that was taken over is not given free by who had it before, even under the same number", () => {
    const folder = temporaryFolder();
    lock(folder);
    const other = JSON.stringify({ ...thisProcess(), host: "elsewhere" });
    writeFileSync(join(folder, LOCK), other);
    unlock(folder);
    expect(readFileSync(join(folder, LOCK), "utf8")).toBe(other);
  });

  it("of a process that may be a later one of that number is left, and that is said", () => {
    const { started: _, ...holder } = thisProcess();
    expect(lifeOf(holder)).toBe("perhaps alive");
    expect(lock(lockedBy(holder))).toEqual({ isLocked: false, holder, isCertain: false });
  });

  it("works where a file cannot have two names", () => {
    const { linkSync } = fs;
    onTestFinished(() => {
      fs.linkSync = linkSync;
      syncBuiltinESMExports();
    });
    fs.linkSync = () => {
      throw Object.assign(new Error("EPERM: operation not permitted"), { code: "EPERM" });
    };
    syncBuiltinESMExports();
    const folder = lockedBy({ ...thisProcess(), pid: NOBODY });
    expect(lock(folder)).toEqual({ isLocked: true, takenFrom: undefined });
    expect([readdirSync(folder), holderOf(folder).pid]).toEqual([[LOCK], process.pid]);
    expect(lock(folder)).toMatchObject({ isLocked: false, holder: { pid: process.pid } });
    unlock(folder);
  });

  it("that somebody else took over a moment earlier stays theirs", () => {
    const folder = lockedBy({ ...thisProcess(), pid: NOBODY });
    const { renameSync } = fs;
    onTestFinished(() => {
      fs.renameSync = renameSync;
      syncBuiltinESMExports();
    });
    // Another process takes the lock after the dead one's was read and before it is removed.
    fs.renameSync = (from, to) => {
      fs.renameSync = renameSync;
      syncBuiltinESMExports();
      writeFileSync(join(folder, LOCK), JSON.stringify({ ...thisProcess(), pid: process.ppid, started: undefined }));
      renameSync(from, to);
    };
    syncBuiltinESMExports();
    expect(lock(folder)).toMatchObject({ isLocked: false, holder: { pid: process.ppid } });
    expect([readdirSync(folder), holderOf(folder).pid]).toEqual([[LOCK], process.ppid]);
  });
});

describe("what a second process is told", () => {
  it("of one that may be another program: what to remove", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "kept"));
    const { started: _, ...holder } = thisProcess();
    writeFileSync(join(cwd, "kept", LOCK), JSON.stringify(holder));
    const { code, stderr } = await train(["--examples", "60", "--out", "kept"], { cwd });
    expect(stderr).toBe(
      `error: --out: expected a run that no other process is at work on, found process ${process.pid} at work in kept; name another folder; if that process is another program, remove kept/${LOCK}\n`,
    );
    expect([code, readdirSync(join(cwd, "kept"))]).toEqual([2, [LOCK]]);
  });

  it("of one on another machine: that it cannot be seen from here", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "kept"));
    writeFileSync(join(cwd, "kept", LOCK), JSON.stringify({ host: "else\u001bwhere", pid: 12, started: "5" }));
    const job = ["--examples", "60", "--epochs", "1", "--out", "kept", "--quiet", ...ALONE];
    const { code, stderr } = await train(job, { cwd });
    expect(stderr).toMatch(
      /^warning: process 12 of else\S*where was at work in kept, and cannot be seen from here; if it still is, stop one of the two\n$/,
    );
    expect(stderr).not.toContain("\u001b");
    expect([code, readdirSync(join(cwd, "kept"))]).toEqual([0, expect.not.arrayContaining([LOCK])]);
  });
});
