/**
 * The three jobs of the benchmarks, with a few steps of each, as a script that runs under any Node or in a browser. It
 * prints a 32-bit hash (FNV-1a) of the parameters that each job ends with.
 */
import { REPOSITORY, run } from "./packed.ts";

/** @param core the specifier from which the script imports @scratch-nn/core */
export function threeJobs(core: string, kernels: readonly string[], print: string): string {
  return `
import { createNetwork, fit } from ${JSON.stringify(core)};
const m = 300;
const X = Uint8Array.from({ length: 784 * m }, (_, i) => (((i * 2654435761) >>> 7) % 5 === 0 ? (i * i * 31 + 7 * i) % 251 : 0));
const labels = Array.from({ length: m }, (_, c) => (c * c) % 10);
const jobs = [
  [[784, 10, 10], { epochs: 3 }],
  [[784, 128, 10], { epochs: 1, batchSize: 128 }],
  [[784, 512, 512, 10], { epochs: 1, batchSize: 256 }],
];
const lines = [];
for (const [layers, options] of jobs) {
  for (const kernels of ${JSON.stringify(kernels)}) {
    const network = createNetwork({ layers });
    fit(network, { X, labels }, { ...options, kernels });
    let hash = 0x811c9dc5;
    for (const byte of new Uint8Array(network.parameters.buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
    lines.push(layers.join("-") + " " + kernels + " " + (hash >>> 0).toString(16));
  }
}
${print}(lines.join("\\n"));
`;
}

/**
 * The output that the script must print with these kernels: the bits of the plain ones, computed by this repository.
 */
export function expectedOfThreeJobs(kernels: readonly string[]): string[] {
  const script = threeJobs("@scratch-nn/core", ["plain"], "console.log");
  return run(process.execPath, ["--input-type=module", "--eval", script], REPOSITORY)
    .trim()
    .split("\n")
    .flatMap((line) => kernels.map((name) => line.replace("plain", name)));
}
