/** A worker stands still in a block, in the third step at the earliest: prints what the run makes of that, as JSON. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";

const m = 6000;
const layers = [60, 10, 5];
const options = { epochs: 40, shards: 16 } as const;
const examples = someExamples(layers[0], m, 5, "bytes");
const alone = core.createNetwork({ layers });
core.fit(alone, examples, options);

const folder = mkdtempSync(join(tmpdir(), "help-"));
try {
  Object.assign(process.env, {
    FAULT_PLACE: "forward",
    FAULT_KIND: "loop",
    FAULT_CALL: "100",
    FAULT_MARKS: folder,
  });
  let most = 0;
  const setbacks: parallel.Setback[] = [];
  const network = core.createNetwork({ layers });
  await parallel.fit(network, examples, {
    ...options,
    workers: 2,
    cores: 2,
    patience: 500,
    onProgress({ examples: done }) {
      if (setbacks.length === 0) most = Math.max(most, done);
    },
    onSetback: (setback) => setbacks.push(setback),
  });
  const [hasSameBits, missing] = [weightsSha256(network) === weightsSha256(alone), m - most];
  process.stdout.write(JSON.stringify({ setbacks: setbacks.length, missing, hasSameBits }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
