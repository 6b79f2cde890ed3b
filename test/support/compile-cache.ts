/**
 * Runs once before all tests: all processes of a test run share one compile cache, which is deleted afterwards. The
 * tests start Node hundreds of times; without a cache, each start strips the types off some hundred modules and
 * compiles them, which is half of the time of a short command. Node keys the cache by the modules' content.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: string | undefined;

export function setup(): void {
  // Each project calls setup; the first call serves all.
  if (process.env["NODE_COMPILE_CACHE"] !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), "scratch-nn-compiled-"));
  process.env["NODE_COMPILE_CACHE"] = folder;
}

export function teardown(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
