/** Hangs a worker in a block, in the third step at the earliest, and prints the run's reaction as JSON. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";

const m = 6000;
const layers = [60, 10, 5];
const shards = 16;
const examples = someExamples(layers[0], m, 5, "bytes");
/** The number of epochs after the worker's replacement. */
const AFTERWARDS = 3;

const folder = mkdtempSync(join(tmpdir(), "help-"));
try {
  Object.assign(process.env, {
    FAULT_PLACE: "forward",
    FAULT_KIND: "loop",
    FAULT_CALL: "100",
    FAULT_MARKS: folder,
  });
  /** The progress in the epoch in which the worker hangs. */
  let most = { epoch: 0, examples: 0 };
  const retries: parallel.Retry[] = [];
  const network = core.createNetwork({ layers });
  const enough = new AbortController();
  const { steps } = await parallel.fit(network, examples, {
    // Main may leave little work to a slow worker, so the run continues until the worker has reached the fault.
    epochs: 1_000_000,
    shards,
    signal: enough.signal,
    workers: 2,
    cores: 2,
    patience: 3000,
    onEpoch({ epoch }) {
      const [retry] = retries;
      if (retry !== undefined && epoch === retry.epoch + AFTERWARDS) enough.abort();
    },
    onProgress(now) {
      if (retries.length === 0 && (now.epoch > most.epoch || now.examples > most.examples)) most = now;
    },
    onRetry: (retry) => retries.push(retry),
  });
  const alone = core.createNetwork({ layers });
  core.fit(alone, examples, { epochs: steps, shards });
  const [hasSameBits, missing] = [weightsSha256(network) === weightsSha256(alone), m - most.examples];
  process.stdout.write(JSON.stringify({ isReplaced: retries.length > 0, missing, hasSameBits }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
