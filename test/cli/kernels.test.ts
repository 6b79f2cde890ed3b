import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { train, trainJson } from "../support/train-cli.ts";

const SABOTEUR = fileURLToPath(new URL("../support/kernel-saboteur.ts", import.meta.url));
const JOB = ["--examples", "600", "--epochs", "2", "--hidden", "20", "--batch-size", "64"];

describe("--kernels", () => {
  it("changes no bit, with any number of workers", async () => {
    const found: string[] = [];
    for (const kernels of ["plain", "simd128", "simd256", "auto"]) {
      for (const workers of ["0", "1", "2", "3", "8"]) {
        const args = [...JOB, "--kernels", kernels, "--workers", workers];
        const { weightsSha256 } = await trainJson(args, { cwd: temporaryFolder() });
        found.push(weightsSha256);
      }
    }
    expect(new Set(found).size).toBe(1);
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
      expect(weightsSha256).toBe((await trainJson([...JOB, "--kernels", "plain"], { cwd })).weightsSha256);
    },
  );

  it("without the flag of V8, the kernels that run are named and give the same bits", async () => {
    const cwd = temporaryFolder();
    const flagless = await trainJson(JOB, { cwd, nodeOptions: ["--no-experimental-wasm-revectorize"] });
    expect(flagless.weightsSha256).toBe((await trainJson([...JOB, "--kernels", "plain"], { cwd })).weightsSha256);
  });
});
