import { existsSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { makeFolder } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/here.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("makeFolder", () => {
  it("creates a folder with its missing parents, and returns the outermost", () => {
    const cwd = temporaryFolder();
    expect(makeFolder(join(cwd, "a/b/c"))).toBe(join(cwd, "a"));
    expect(statSync(join(cwd, "a/b/c")).isDirectory()).toBe(true);
    expect(makeFolder(relative(process.cwd(), join(cwd, "a/d")))).toBe(join(cwd, "a/d"));
  });

  it("leaves one that exists, or a link to one", () => {
    const cwd = temporaryFolder();
    symlinkSync(cwd, join(cwd, "link"));
    for (const path of [cwd, join(cwd, "link"), "/"]) expect(makeFolder(path)).toBeUndefined();
  });

  it("throws where a file is in the way", () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    expect(() => makeFolder(file)).toThrow(/EEXIST/);
    expect(() => makeFolder(join(file, "a/b"))).toThrow(/ENOTDIR/);
  });

  // In /proc, the system answers ENOENT though the parent exists.
  it.runIf(existsSync("/proc/self"))("throws where nothing can be created", async () => {
    expect(() => makeFolder("/proc/no-such/run")).toThrow(/ENOENT/);
    const args = ["train", "--examples", "100", "--epochs", "1", "--out", "/proc/no-such/run"];
    const { code, stderr } = await refusal(args, { cwd: temporaryFolder() });
    expect(code).toBe(1);
    expect(stderr).toMatch(/--out: expected a folder that can be written to, found \/proc\/no-such\/run/);
  });
});
