import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runHere, trainHere } from "../support/here.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE } from "../support/train-cli.ts";

/** Writes a table of this many classes, with four rows each, whose numbers hardly predict them. */
function manyClasses(cwd: string, classes: number): void {
  const rows = Array.from({ length: 4 * classes }, (_, i) => `c${i % classes},${(i * 7919) % 101}`);
  writeFileSync(join(cwd, "many.csv"), `label,x\n${rows.join("\n")}\n`);
}

const ARGS = [
  "--data",
  "many.csv",
  "--label",
  "label",
  "--epochs",
  "1",
  "--test-fraction",
  "0.5",
  "--out",
  "kept",
  ...ALONE,
];

describe("a table of many classes", () => {
  it("has its most frequent mistakes told and kept, not a matrix that nobody reads", async () => {
    const cwd = temporaryFolder();
    manyClasses(cwd, 600);
    const { code, stdout } = await trainHere(ARGS, { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/the most frequent mistakes\n\d+ +c\d+ taken for c\d+\n/);
    const { confusion, mistakes } = JSON.parse(readFileSync(join(cwd, "kept/metrics.json"), "utf8"));
    expect([confusion, mistakes.length <= 1000]).toEqual([null, true]);
    const counts: number[] = mistakes.map(({ count }: { count: number }) => count);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    const evaluated = await runHere(["evaluate", "kept", "--data", "many.csv", "--json"], { cwd });
    expect(JSON.parse(evaluated.stdout)).toMatchObject({ confusion: null, mistakes: expect.any(Array) });
  });

  it("has a matrix kept, and mistakes told, where there are more than a screen of them", async () => {
    const cwd = temporaryFolder();
    manyClasses(cwd, 30);
    const { stdout } = await trainHere(ARGS, { cwd });
    expect(stdout).toMatch(/the most frequent mistakes\n/);
    const { confusion, mistakes } = JSON.parse(readFileSync(join(cwd, "kept/metrics.json"), "utf8"));
    expect([confusion.length, confusion[0].length, mistakes]).toEqual([30, 30, undefined]);
  });
});
