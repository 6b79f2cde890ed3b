import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MAIN = resolve(import.meta.dirname, "../../packages/cli/src/main.ts");

test("what Node compiles is kept for the next start, unless it is told not to", () => {
  const [kept, none] = [temporaryFolder(), temporaryFolder()];
  const { NODE_COMPILE_CACHE: _, ...environment } = process.env;
  const run = (TMPDIR: string, more: object) =>
    execFileSync(process.execPath, [MAIN, "--version"], { env: { ...environment, TMPDIR, ...more } });
  run(kept, {});
  run(none, { NODE_DISABLE_COMPILE_CACHE: "1" });
  const [folder] = readdirSync(join(kept, "node-compile-cache"));
  expect(readdirSync(join(kept, "node-compile-cache", folder)).length).toBeGreaterThan(10);
  expect(readdirSync(none)).toEqual([]);
});
