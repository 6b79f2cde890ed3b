/** Identifies the data that a run was trained on. */
import { createHash } from "node:crypto";
import type { Dataset } from "@scratch-nn/data";
import { yieldToEventLoop } from "@scratch-nn/parallel";

/** About 10 ms of hashing. */
const SLICE_BYTES = 16 << 20;

/**
 * SHA-256 over shape, classes or another task, features, labels or targets, and the columns to train on. Yields to the
 * event loop between slices.
 */
export async function fingerprintOf(dataset: Dataset): Promise<string> {
  const { X, labels, train, inputs, classes, task, targets } = dataset;
  const hash = createHash("sha256");
  hash.update(
    JSON.stringify({
      inputs,
      classes,
      type: X.constructor.name,
      lengths: [X, labels, train].map((a) => a.length),
      task,
    }),
  );
  for (const numbers of [X, targets ?? labels, train]) {
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      hash.update(bytes.subarray(at, at + SLICE_BYTES));
      await yieldToEventLoop();
    }
  }
  return hash.digest("hex");
}
