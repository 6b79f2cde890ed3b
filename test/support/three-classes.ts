import * as core from "@scratch-nn/core";
import { randomStream } from "@scratch-nn/core/engine";

/** Three clusters of points, and a network for them. */
export function threeClasses() {
  const stream = randomStream(3, 3);
  const labels = Array.from({ length: 300 }, (_, c) => c % 3);
  const X = Float32Array.from(
    { length: 5 * 300 },
    (_, i) => stream.normal(i) + 2 * Number(i % 5 === labels[Math.floor(i / 5)]),
  );
  return { network: core.createNetwork({ layers: [5, 8, 3] }), examples: { X, labels } };
}
