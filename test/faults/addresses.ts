/**
 * `addresses.ts <fits> <workers>`: trains this many times in one process with a limited address space. Prints the
 * shortages of threads, the number of runs with the right bits, and the megabytes in use after each.
 */
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";

const [fits, workers] = process.argv.slice(2).map(Number);
const layers = [60, 10, 5];
const examples = someExamples(layers[0], 2000, 5, "bytes");
const alone = core.createNetwork({ layers });
core.fit(alone, examples, { epochs: 2, kernels: "plain" });
const expected = weightsSha256(alone);

const shortages: parallel.Shortage[] = [];
const megabytes: number[] = [];
let same = 0;
for (let i = 0; i < fits; i++) {
  const network = core.createNetwork({ layers });
  await parallel.fit(network, examples, {
    epochs: 2,
    workers,
    cores: workers,
    onShortage: (shortage) => shortages.push(shortage),
  });
  if (weightsSha256(network) === expected) same++;
  megabytes.push(process.memoryUsage.rss() / 1e6);
}
process.stdout.write(JSON.stringify({ shortages, same, megabytes }));
