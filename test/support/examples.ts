import { type CheckedExamples, randomStream } from "@scratch-nn/core/engine";

/** Seeded examples: bytes, or floats within [-1, 1). */
export function someExamples(
  inputs: number,
  m: number,
  classes: number,
  type: "bytes" | "floats",
  seed = 1,
): Pick<CheckedExamples, "X" | "labels"> {
  const features = randomStream(seed, 100);
  const kinds = randomStream(seed, 101);
  const X = type === "bytes" ? new Uint8Array(inputs * m) : new Float32Array(inputs * m);
  for (let i = 0; i < X.length; i++) X[i] = type === "bytes" ? features.below(256, i) : 2 * features.uniform(i) - 1;
  return { X, labels: Uint16Array.from({ length: m }, (_, c) => kinds.below(classes, c)) };
}
