/**
 * Tests the table reader with many inputs: node test/fuzz/csv.ts [runs [seed]]. Prints a line per property: the number
 * of inputs, seconds, memory.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { CSV_PROPERTIES } from "../support/csv-properties.ts";

const [runs = 100_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "scratch-nn-fuzz-"));
try {
  for (const { name, costs, property } of CSV_PROPERTIES) {
    const numRuns = Math.ceil(runs / costs);
    const begin = performance.now();
    // An input that takes longer counts as a hang.
    await fc.assert(property(folder), { numRuns, seed, timeout: 10_000 });
    const seconds = ((performance.now() - begin) / 1000).toFixed(0);
    const megabytes = (process.resourceUsage().maxRSS / 1024).toFixed(0);
    process.stdout.write(`${name}: ${numRuns} inputs, seed ${seed}, ${seconds} s, at most ${megabytes} MB\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
