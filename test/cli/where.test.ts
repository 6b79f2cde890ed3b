import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { pnpm, REPOSITORY } from "../support/packed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train } from "../support/train-cli.ts";

const TABLE = ["label,x", ...Array.from({ length: 40 }, (_, i) => `${"ab"[i % 2]},${(i % 5) + 0.5}`)].join("\n");
const JOB = ["--epochs", "2", "--data", "x.csv", "--json", "--quiet", ...ALONE];

/** Creates a folder in the repository that is deleted after the test. */
function folderHere(): string {
  const folder = mkdtempSync(join(REPOSITORY, "test/somewhere-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("a path is relative to where the user stands", () => {
  it("through pnpm: --data, --out and --resume", () => {
    const folder = folderHere();
    writeFileSync(join(folder, "x.csv"), TABLE);
    expect(JSON.parse(pnpm(["--silent", "train", ...JOB, "--out", "kept"], folder)).out).toBe("kept");
    expect(existsSync(join(folder, "kept/model.safetensors"))).toBe(true);
    const resumed = pnpm(["--silent", "train", "--resume", "kept", "--epochs", "3", "--json", "--quiet"], folder);
    expect(JSON.parse(resumed)).toMatchObject({ epochs: 3, out: "kept" });
  });

  it.each([
    ["of another script", { npm_lifecycle_event: "test" }],
    ["of a script of another package", { npm_package_json: "/elsewhere/package.json" }],
    ["that is no folder", { INIT_CWD: "/nowhere" }],
    ["that is relative", { INIT_CWD: "." }],
  ])("and not to a folder %s", async (_, change) => {
    const env = { INIT_CWD: temporaryFolder(), npm_lifecycle_event: "train" };
    const npm_package_json = join(REPOSITORY, "package.json");
    const { code, stderr } = await train([...JOB, "--out", "package.json"], {
      cwd: REPOSITORY,
      env: { ...env, npm_package_json, ...change },
    });
    // The path is relative to where the process was started.
    expect(stderr).toMatch(/found package\.json, which is a file/);
    expect(code).toBe(2);
  });

  it("nor for a process that has gone elsewhere", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "there"));
    writeFileSync(join(cwd, "there/x.csv"), TABLE);
    const { code } = await train([...JOB, "--out", "kept"], {
      cwd: join(cwd, "there"),
      env: {
        INIT_CWD: temporaryFolder(),
        npm_lifecycle_event: "train",
        npm_package_json: join(REPOSITORY, "package.json"),
      },
    });
    expect(code).toBe(0);
    expect(existsSync(join(cwd, "there/kept"))).toBe(true);
  });
});
