/**
 * Trains with one worker until 10 epochs after it was lost for good. Prints the retries, and whether the bits equal
 * those of a run without workers.
 */
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { weightsSha256 } from "./digest.ts";
import { someExamples } from "./examples.ts";

const layers = [40, 10, 3];
const examples = someExamples(40, 500, 3, "bytes");
const retries: parallel.Retry[] = [];
const enough = new AbortController();
const network = core.createNetwork({ layers });
const { epochs } = await parallel.fit(network, examples, {
  epochs: 1_000_000,
  workers: 2,
  cores: 2,
  threadsAtWork: 2,
  signal: enough.signal,
  onRetry: (retry) => retries.push(retry),
  onEpoch: ({ epoch }) => {
    const last = retries.at(-1);
    if (last?.isReplaced === false && epoch >= last.epoch + 10) enough.abort();
  },
});
const alone = core.createNetwork({ layers });
core.fit(alone, examples, { epochs: epochs.length });
process.stdout.write(JSON.stringify({ retries, hasSameBits: weightsSha256(network) === weightsSha256(alone) }));
