/**
 * Tests the image readers with many inputs: node test/fuzz/images.ts [runs [seed]]. Properties of PNG and JPEG get a
 * tenth of the runs. Prints a line per property: the number of inputs, seconds, memory.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { IMAGE_PROPERTIES } from "../support/image-properties.ts";

const [runs = 100_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "scratch-nn-fuzz-"));
try {
  for (const { name, property } of IMAGE_PROPERTIES) {
    const numRuns = /IDX/.test(name) ? runs : Math.ceil(runs / 10);
    const begin = performance.now();
    // An input that takes longer counts as a hang.
    await fc.assert(await property(folder), { numRuns, seed, timeout: 10_000 });
    const seconds = ((performance.now() - begin) / 1000).toFixed(0);
    const megabytes = (process.resourceUsage().maxRSS / 1024).toFixed(0);
    process.stdout.write(`${name}: ${numRuns} inputs, seed ${seed}, ${seconds} s, at most ${megabytes} MB\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
