import { describe, it } from "vitest";
import { expectFallback, type Sabotage } from "../support/sabotage.ts";

describe("--kernels", () => {
  it.each<Sabotage>([
    ["wide", "simd256", "simd128", [/^\s+simd256 computes other bits here$/m]],
    ["all", "auto", "plain", [/simd256 computes other bits here$/m, /simd128 computes other bits here$/m]],
    ["none", "simd256", "plain", [/simd256 does not run here \(wasm simd unsupported\)$/m, /simd128 does not run/]],
    ["none", "plain", "plain", []],
  ])("with WebAssembly sabotaged (%s), %s falls back on %s and says so", (...sabotage) => expectFallback(sabotage));
});
