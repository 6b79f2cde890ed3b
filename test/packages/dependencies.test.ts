import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { REPOSITORY } from "../support/packed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** An import in a file, under this repository's rules. */
type Import = readonly [file: string, imported: string];

const REFUSED: readonly Import[] = [
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
  ["packages/parallel/src/sync/memory.ts", "../ranks/gathering.ts"],
  ["packages/cluster/src/join.ts", "@scratch-nn/cli"],
  ["packages/jobs/src/job-pool.ts", "@scratch-nn/core"],
  ["packages/formats/src/onnx/to-onnx.ts", "@scratch-nn/data"],
  ["packages/formats/src/onnx/to-onnx.ts", "../js/to-js-module.ts"],
  ["packages/report/src/page.ts", "@scratch-nn/core"],
  ["packages/report/src/charts/plot.ts", "../sections/run.ts"],
  ["packages/cli/src/findings/record.ts", "../run/open-data.ts"],
  ["packages/server/src/serve.ts", "@scratch-nn/core"],
  ["packages/server/src/protocol/state.ts", "../event-streams.ts"],
  ["packages/server/src/protocol/state.ts", "node:http"],
  ["packages/web/src/draw/view.tsx", "@scratch-nn/server/protocol"],
  ["packages/cli/src/run/train-into.ts", "../live/live-page.ts"],
  ["packages/cli/src/main.ts", "@scratch-nn/core/src/fit.ts"],
  ["test/core/fit.test.ts", "../../packages/core/src/fit.ts"],
];

const ALLOWED: readonly Import[] = [
  ["packages/core/src/selection/choose.ts", "../checks/errors.ts"],
  ["packages/core/src/training/fit.ts", "./plan.ts"],
  ["test/core/fit.test.ts", "@scratch-nn/core/engine"],
  ["packages/data/src/csv/open-table.ts", "../sources/decode.ts"],
  ["packages/data/src/csv/read-table.ts", "@scratch-nn/jobs"],
  ["packages/data/src/csv/table-worker.ts", "@scratch-nn/jobs/worker"],
  ["packages/parallel/src/trials/run-trials.ts", "../sync/memory.ts"],
  ["packages/parallel/src/fit.ts", "@scratch-nn/core"],
  ["packages/report/src/sections/run.ts", "../marks/html.ts"],
  ["packages/cli/src/findings/record.ts", "../reports/describe-plan.ts"],
  ["packages/web/src/live/connection.ts", "@scratch-nn/server/protocol"],
  ["packages/cli/src/live/live-page.ts", "@scratch-nn/server"],
  ["packages/cli/src/live/live-page.ts", "../run/watcher.ts"],
  ["packages/cli/src/main.ts", "@scratch-nn/parallel"],
];

/** Runs the linter once over files with these imports, each on a line of its own. @returns those that it refuses */
function refusedOf(imports: readonly Import[]): ReadonlySet<string> {
  const folder = temporaryFolder();
  copyFileSync(join(REPOSITORY, "biome.json"), join(folder, "biome.json"));
  const files = new Map<string, Import[]>();
  for (const each of imports) files.set(each[0], [...(files.get(each[0]) ?? []), each]);
  for (const [file, lines] of files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    const text = lines.map(([, imported], i) => `export { x${i} } from "${imported}";\n`).join("");
    writeFileSync(join(folder, file), text);
  }
  const biome = join(REPOSITORY, "node_modules/.bin/biome");
  const { stdout } = spawnSync(
    biome,
    ["lint", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none", "--only=noRestrictedImports", "."],
    { cwd: folder, encoding: "utf8" },
  );
  const { diagnostics, summary } = JSON.parse(stdout) as BiomeReport;
  expect(summary.unchanged).toBe(files.size + 1);
  return new Set(
    diagnostics.map(({ location }) => {
      const [, imported] = files.get(location.path)![location.start.line - 1];
      return `${location.path} -> ${imported}`;
    }),
  );
}

interface BiomeReport {
  readonly summary: { readonly unchanged: number };
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}

test("the linter holds that dependencies run cli -> parallel, data -> core, that core imports nothing, and that rooms import downwards", () => {
  const named = ([file, imported]: Import) => `${file} -> ${imported}`;
  expect([...refusedOf([...REFUSED, ...ALLOWED])].sort()).toEqual(REFUSED.map(named).sort());
});
