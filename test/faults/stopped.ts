/**
 * `stopped.ts columns|units`: trains, by steps that are cut in that way, in a process that a test stops and continues.
 * Prints "under way" once its workers run, and the result at the end.
 */
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";

const byUnits = process.argv[2] === "units";
const layers = byUnits ? [60, 33, 5] : [60, 10, 5];
const examples = someExamples(layers[0], byUnits ? 250 : 2000, 5, "bytes");
const network = core.createNetwork({ layers });
const retries: parallel.Retry[] = [];
const enough = new AbortController();
let begun = 0;
process.on("worker", (worker) => worker.once("message", () => begun++));
process.stdin.once("data", () => enough.abort());
let isUnderWay = false;
const { steps } = await parallel.fit(network, examples, {
  epochs: 10_000_000,
  workers: 3,
  cores: 3,
  threadsAtWork: 3,
  update: byUnits ? "units" : "auto",
  patience: 3000,
  signal: enough.signal,
  onRetry: (retry) => retries.push(retry),
  onEpoch() {
    if (isUnderWay || begun < 2) return;
    isUnderWay = true;
    process.stdout.write("under way\n");
  },
});
process.stdin.destroy();
const alone = core.createNetwork({ layers });
core.fit(alone, examples, { epochs: steps });
process.stdout.write(JSON.stringify({ retries, hasSameBits: weightsSha256(network) === weightsSha256(alone) }));
