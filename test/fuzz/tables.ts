/**
 * Tests tables as datasets with many inputs: node test/fuzz/tables.ts [runs [seed]]. Prints the number of inputs,
 * seconds, memory.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { tableProperty } from "../support/table-properties.ts";

const [runs = 100_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "scratch-nn-fuzz-"));
try {
  const begin = performance.now();
  // An input that takes longer counts as a hang.
  await fc.assert(tableProperty(folder), { numRuns: runs, seed, timeout: 10_000 });
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  const megabytes = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  process.stdout.write(`tables: ${runs} inputs, seed ${seed}, ${seconds} s, at most ${megabytes} MB\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
