import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runCommand } from "../support/train-cli.ts";

/** Preloaded: simulates a user unknown to the system, as in many containers. */
const HOMELESS = fileURLToPath(new URL("../support/no-home.ts", import.meta.url));
const nowhere = { nodeOptions: ["--import", HOMELESS], env: { HOME: "", XDG_CACHE_HOME: "" } };

describe("without a home directory", () => {
  it("everything works that downloads nothing", async () => {
    const cwd = temporaryFolder();
    expect(await runCommand(["--help"], { cwd, ...nowhere })).toMatchObject({ code: 0, stderr: "" });
    const job = ["train", "--examples", "100", "--epochs", "1", "--out", "kept", "--quiet"];
    expect(await runCommand(job, { cwd, ...nowhere })).toMatchObject({ code: 0, stderr: "" });
  });

  it("a download says what to set", async () => {
    const { code, stderr } = await runCommand(["train", "--data", "mnist"], { cwd: temporaryFolder(), ...nowhere });
    expect(stderr).toMatch(
      /^error: downloads: expected a folder that can be written to, found no home directory \(.*uv_os_homedir.*\); set XDG_CACHE_HOME to one, or HOME; or pass --data with a folder that holds the files already\n$/,
    );
    expect(code).toBe(2);
  });

  it("XDG_CACHE_HOME is enough", async () => {
    const cwd = temporaryFolder();
    const cache = join(cwd, "cache");
    mkdirSync(cache);
    const { code, stderr } = await runCommand(["train", "--data", "mnist"], {
      cwd,
      ...nowhere,
      // The test needs no mirror: it checks the folder for the files.
      env: { HOME: "", XDG_CACHE_HOME: cache, SCRATCH_NN_MIRRORS: "", NO_MIRRORS: "1" },
    });
    expect(stderr).toContain(join(cache, "scratch-nn/mnist"));
    expect(code).toBe(1);
  });
});

describe.runIf(process.getuid?.() !== 0)("where the home directory may not be written to", () => {
  it("a download says what to set", async () => {
    const cwd = temporaryFolder();
    chmodSync(cwd, 0o500);
    const { code, stderr } = await runCommand(["train", "--data", "mnist", "--out", temporaryFolder()], {
      cwd,
      env: { HOME: cwd, XDG_CACHE_HOME: "" },
    });
    expect(stderr).toMatch(/^error: downloads: .*\(EACCES: .*\); set XDG_CACHE_HOME to one/);
    expect(code).toBe(2);
  });
});
