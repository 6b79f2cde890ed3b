import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train, trainJson } from "../support/train-cli.ts";

const SABOTEUR = fileURLToPath(new URL("../support/kernel-saboteur.ts", import.meta.url));
const JOB = ["--examples", "600", "--epochs", "2", "--hidden", "20", "--batch-size", "64"];

let plain: Promise<string> | undefined;

/** The weights that the job ends with, by the kernels that define them. */
function weightsOfPlain(): Promise<string> {
  plain ??= trainJson([...JOB, "--kernels", "plain", ...ALONE], { cwd: temporaryFolder() }).then(
    ({ weightsSha256 }) => weightsSha256,
  );
  return plain;
}

describe("--kernels", () => {
  // All kernels with all numbers of workers: parallel/same-bits.long.test.ts, and on real images mnist.long.test.ts.
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

  it.each([
    ["wide", "auto", "simd128", [/^\s+simd256 computes other bits here$/m]],
    ["wide", "simd256", "simd128", [/^\s+simd256 computes other bits here$/m]],
    ["all", "auto", "plain", [/simd256 computes other bits here$/m, /simd128 computes other bits here$/m]],
    ["none", "simd256", "plain", [/simd256 does not run here \(wasm simd unsupported\)$/m, /simd128 does not run/]],
    ["none", "plain", "plain", []],
  ] as const)(
    "with WebAssembly sabotaged (%s), %s falls back on %s and says so",
    async (sabotage, asked, used, says) => {
      const cwd = temporaryFolder();
      const args = [...JOB, "--workers", "2", "--json"];
      const sabotaged = await train([...args, "--kernels", asked], {
        cwd,
        env: { SABOTAGE: sabotage },
        nodeOptions: ["--import", SABOTEUR],
      });
      expect(sabotaged.code).toBe(0);
      for (const sentence of says) expect(sabotaged.stderr).toMatch(sentence);
      const { kernels, weightsSha256 } = JSON.parse(sabotaged.stdout);
      expect(kernels).toBe(used);
      expect(weightsSha256).toBe(await weightsOfPlain());
    },
  );

  it("without the flag of V8, the kernels that run are named and give the same bits", async () => {
    const cwd = temporaryFolder();
    const flagless = await trainJson(JOB, { cwd, nodeOptions: ["--no-experimental-wasm-revectorize"] });
    expect(flagless.weightsSha256).toBe(await weightsOfPlain());
  });
});
