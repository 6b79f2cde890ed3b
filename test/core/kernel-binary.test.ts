import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { generate } from "../../packages/core/scripts/build-kernels.ts";
import { repeat } from "../../packages/core/scripts/repeat.ts";

it("binary.ts and both constants.ts are what their sources make, byte for byte", async () => {
  for (const [file, text] of Object.entries(await generate())) {
    const path = new URL(`../../packages/core/${file}`, import.meta.url);
    expect(readFileSync(path, "utf8") === text, `${file} is stale: run pnpm kernels`).toBe(true);
  }
});

it("what is marked is repeated with its number, from the inside out", () => {
  const source =
    "a\n// repeat $R = 2\nlet x$R;\n  // repeat $J = 2, each in a scope of its own\n  y$R$J(16 * $J);\n  // end $J\n// end $R\nb\n";
  expect(repeat(source)).toBe(
    "a\nlet x0;\n{\n  y00(16 * 0);\n}\n{\n  y01(16 * 1);\n}\nlet x1;\n{\n  y10(16 * 0);\n}\n{\n  y11(16 * 1);\n}\nb\n",
  );
});
