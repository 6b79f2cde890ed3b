import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDataset } from "@scratch-nn/data";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "labels-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["long", (i: number) => `69564865899702093${10 + i}`, /has more digits than an f64/],
  ["money", (i: number) => `"$55,0${10 + i}.00"`, /looks like an amount of money/],
  ["date", (i: number) => `2024-01-${10 + i}`, /looks like a date/],
])("a label column of %s is refused with a remedy that works", async (name, cell, why) => {
  const file = join(folder, `${name}.csv`);
  writeFileSync(file, `x,y\n${Array.from({ length: 20 }, (_, i) => `${i},${cell(i)}`).join("\n")}\n`);
  for (const task of ["classes", "quantity"] as const) {
    const refused = await openDataset(file, { label: ["y"], task, seed: 1 } as never).catch((error: Error) => error);
    expect(refused).toHaveProperty("message", expect.stringMatching(why));
    expect(refused).toHaveProperty("message", expect.not.stringContaining("--task"));
  }
});
