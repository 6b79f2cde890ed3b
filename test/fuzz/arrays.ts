/**
 * Tests the readers of npz and safetensors with many changed files: node test/fuzz/arrays.ts [runs [seed]]. Prints a
 * line per property: the number of inputs, seconds, memory.
 */
import fc from "fast-check";
import { ARRAY_PROPERTIES } from "../support/array-properties.ts";

const [runs = 100_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
for (const { name, property } of ARRAY_PROPERTIES) {
  const begin = performance.now();
  fc.assert(property(), { numRuns: runs, seed });
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  const megabytes = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  process.stdout.write(`${name}: ${runs} inputs, seed ${seed}, ${seconds} s, at most ${megabytes} MB\n`);
}
