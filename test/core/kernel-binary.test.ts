import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { generate, unroll } from "../../packages/core/scripts/build-kernels.ts";

it("src/kernels/wasm/binary.ts is what the sources in assembly/ compile to, byte for byte", async () => {
  const path = new URL("../../packages/core/src/kernels/wasm/binary.ts", import.meta.url);
  expect(readFileSync(path, "utf8") === (await generate()), "stale: run pnpm kernels").toBe(true);
}, 60_000);

it("a block that is marked is repeated with its constant", () => {
  expect(unroll("a\n// unroll K = 2\nload(K * 16, MARK);\n// end\nb\n")).toBe(
    "a\n{load(0 * 16, MARK);\n}\n{load(1 * 16, MARK);\n}\nb\n",
  );
});
