import { createNetwork, InputError, networkOf, fit as train } from "@scratch-nn/core";
import { expect, it } from "vitest";

it("a network has at most 2^32 parameters: more are refused before memory is asked for", () => {
  const layers = [2 ** 16, 2 ** 16, 2];
  expect(() => createNetwork({ layers })).toThrow(InputError);
  expect(() => createNetwork({ layers })).toThrow(
    /^layers: expected at most 4294967296 parameters, found 4295163906 of layers 65536-65536-2; take smaller hidden/,
  );
});

it("a run whose memory WebAssembly cannot address is refused before its first step, and says what can", () => {
  // The system allocates no memory for pages that are never touched.
  const parameters = new Float32Array(30_000 * 20_000 + 20_000 + 40_002);
  const network = networkOf([30_000, 20_000, 2], "relu", parameters);
  const run = (): unknown => train(network, { X: new Float32Array(30_000), labels: [1] }, { epochs: 1 });
  expect(run).toThrow(InputError);
  expect(run).toThrow(/^network: expected .* of at most 4294967040 bytes, .*; the plain kernels have no such limit/);
});
