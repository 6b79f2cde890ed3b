import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { jobNamed } from "../../bench/jobs/jobs.ts";

const MAIN = resolve(import.meta.dirname, "../../bench/main.ts");
const bench = (...args: string[]) => spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });

describe("a job of the caller's own", () => {
  it("is LAYERS:BATCH", () => {
    expect(jobNamed("784-64-10:32")).toMatchObject({ layers: [784, 64, 10], batchSize: 32 });
    expect(jobNamed("20-8-3:full")).toMatchObject({ layers: [20, 8, 3], batchSize: undefined });
  });

  it.each(["", "784", "784-10", "784-0-10:3", "784-10:0", "784-10-1:8", "784-10:1e3", "-10:3"])(
    "%j is none",
    (text) => {
      expect(jobNamed(text)).toBeUndefined();
    },
  );
});

describe("pnpm bench", () => {
  it("measures what it is told, and every point ends in the same weights", () => {
    const flags = ["--job", "12-6-3:full", "--workers", "1,2", "--rounds", "1", "--quick", "--json"];
    const { status, stdout, stderr } = bench("scaling", ...flags);
    expect(stderr).toContain("12-6-3:full, round 1 of 1");
    expect(status, stderr).toBe(0);
    const record = JSON.parse(stdout);
    expect(record).toMatchObject({ suite: "scaling", isWhole: true });
    expect(record.rows.map((row: { point: string }) => row.point).slice(0, 3)).toEqual(["core alone", "1", "2"]);
    for (const { sha256, isSame, shares } of record.rows) {
      expect(isSame).toBe(true);
      expect(sha256).toBe(record.rows[0].sha256);
      expect(Object.values<number>(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    }
  });

  it("says what is wrong with its flags, and how to go on", () => {
    const { status, stderr, stdout } = bench("scaling", "--worker", "2");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("unknown option '--worker'");
    expect(stderr).toContain("see pnpm bench scaling --help");
    expect(bench("compare", "none.json", "none.json")).toMatchObject({ status: 2, stdout: "" });
  });
});
