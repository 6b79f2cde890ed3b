import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { REPOSITORY } from "../support/packed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** What the linter says of an import in a file of that name, under this repository's rules. */
function lint(file: string, imported: string): { readonly refused: boolean; readonly output: string } {
  const folder = temporaryFolder();
  copyFileSync(join(REPOSITORY, "biome.json"), join(folder, "biome.json"));
  mkdirSync(join(folder, dirname(file)), { recursive: true });
  writeFileSync(join(folder, file), `import { x } from "${imported}";\n\nexport const y = x;\n`);
  const biome = join(REPOSITORY, "node_modules/.bin/biome");
  const { stdout, stderr } = spawnSync(biome, ["lint", "--vcs-enabled=false", file], { cwd: folder, encoding: "utf8" });
  const output = stdout + stderr;
  expect(output).toContain("Checked 1 file");
  return { refused: output.includes("noRestrictedImports"), output };
}

describe("dependencies run cli -> parallel, data -> core, and core imports nothing:", () => {
  it.each([
    ["packages/core/src/model/network.ts", "node:fs"],
    ["packages/core/src/selection/choose.ts", "comlink"],
    ["packages/core/src/training/fit.ts", "@scratch-nn/data"],
    ["packages/core/src/kernels/kernels.ts", "../passes/tile.ts"],
    ["packages/core/src/kernels/wasm/wasm.ts", "../../reduction/shards.ts"],
    ["packages/core/src/reduction/gradient.ts", "../training/plan.ts"],
    ["packages/core/src/passes/forward.ts", "../index.ts"],
    ["packages/data/src/open/open-dataset.ts", "@scratch-nn/parallel"],
    ["packages/data/src/csv/open-table.ts", "@scratch-nn/parallel"],
    ["packages/data/src/csv/open-table.ts", "../columns/choose-label.ts"],
    ["packages/data/src/columns/choose-label.ts", "../open/open-dataset.ts"],
    ["packages/parallel/src/fit.ts", "@scratch-nn/data"],
    ["packages/parallel/src/fit.ts", "@scratch-nn/cli"],
    ["packages/parallel/src/sync/memory.ts", "../threads/watchdog.ts"],
    ["packages/parallel/src/threads/watchdog.ts", "../team.ts"],
    ["packages/parallel/src/threads/watchdog.ts", "../trials/trial.ts"],
    ["packages/parallel/src/trials/run-trials.ts", "../fit.ts"],
    ["packages/jobs/src/job-pool.ts", "@scratch-nn/core"],
    ["packages/cli/src/main.ts", "@scratch-nn/core/src/fit.ts"],
    ["test/core/fit.test.ts", "../../packages/core/src/fit.ts"],
  ])("the linter refuses %s -> %s", (file, imported) => {
    const { refused, output } = lint(file, imported);
    expect(refused, output).toBe(true);
  });

  it.each([
    ["packages/core/src/selection/choose.ts", "../checks/errors.ts"],
    ["packages/core/src/training/fit.ts", "./plan.ts"],
    ["test/core/fit.test.ts", "@scratch-nn/core/engine"],
    ["packages/data/src/csv/open-table.ts", "../sources/decode.ts"],
    ["packages/data/src/csv/read-table.ts", "@scratch-nn/jobs"],
    ["packages/data/src/csv/table-worker.ts", "@scratch-nn/jobs/worker"],
    ["packages/parallel/src/trials/run-trials.ts", "../sync/memory.ts"],
    ["packages/parallel/src/fit.ts", "@scratch-nn/core"],
    ["packages/cli/src/main.ts", "@scratch-nn/parallel"],
  ])("and allows %s -> %s", (file, imported) => {
    const { refused, output } = lint(file, imported);
    expect(refused, output).toBe(false);
  });
});
