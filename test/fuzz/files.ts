/**
 * Tests the readers of models, checkpoints, configs and metrics with many changed files: node test/fuzz/files.ts [runs
 * [seed]]. Prints a line per property: the number of inputs, seconds, memory.
 */
import fc from "fast-check";
import { CHECKPOINT_PROPERTIES, CONFIG_PROPERTIES } from "../support/checkpoint-properties.ts";
import { METRICS_PROPERTIES } from "../support/metrics-properties.ts";
import { MODEL_PROPERTIES } from "../support/model-properties.ts";

const [runs = Number(process.env["SCRATCH_NN_FUZZ"] ?? 100_000), seed = Date.now() % 2 ** 31] = process.argv
  .slice(2)
  .map(Number);
for (const { name, property } of [
  ...MODEL_PROPERTIES,
  ...CHECKPOINT_PROPERTIES,
  ...CONFIG_PROPERTIES,
  ...METRICS_PROPERTIES,
]) {
  const begin = performance.now();
  fc.assert(property(), { numRuns: runs, seed });
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  const megabytes = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  process.stdout.write(`${name}: ${runs} inputs, seed ${seed}, ${seconds} s, at most ${megabytes} MB\n`);
}
