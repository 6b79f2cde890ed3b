import { describe, expect, it } from "vitest";
import { expectFallback, JOB, weightsOfPlain } from "../support/sabotage.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { trainJson } from "../support/train-cli.ts";

describe("--kernels", () => {
  // parallel/same-bits.long.test.ts tests all kernels with all numbers of workers, mnist.long.test.ts on real images.
  it.each([
    ["plain", "2"],
    ["simd128", "0"],
    ["simd256", "3"],
    ["auto", "8"],
  ])("changes no bit: %s with %s workers", async (kernels, workers) => {
    const args = [...JOB, "--kernels", kernels, "--workers", workers];
    const { weightsSha256 } = await trainJson(args, { cwd: temporaryFolder() });
    expect(weightsSha256).toBe(await weightsOfPlain());
  });

  // kernels-sabotaged.long.test.ts tests the other faults.
  it("with WebAssembly that computes other bits falls back, and says so", () =>
    expectFallback(["wide", "auto", "simd128", [/^\s+simd256 computes other bits here$/m]]));

  it("without the flag of V8, the kernels that run are named and give the same bits", async () => {
    const cwd = temporaryFolder();
    const flagless = await trainJson(JOB, { cwd, nodeOptions: ["--no-experimental-wasm-revectorize"] });
    expect(flagless.weightsSha256).toBe(await weightsOfPlain());
  });
});
