/**
 * Set up once before all tests. They start Node hundreds of times, and each time it would strip the types off some
 * hundred modules and compile them: half of the time of a short command. All processes of one run of the tests share
 * a cache of that, which Node keys by the modules' content; it is gone afterwards.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: string | undefined;

export function setup(): void {
  // Each project sets up; the first one does it for all.
  if (process.env["NODE_COMPILE_CACHE"] !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), "scratch-nn-compiled-"));
  process.env["NODE_COMPILE_CACHE"] = folder;
}

export function teardown(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
