import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { trainJsonHere } from "../support/here.ts";
import { tableOf, writeTable } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { train } from "../support/train-cli.ts";

const row = (r: number): (string | number)[] => [(r * 29) % 83, (r * r) % 47, (r * 7) % 5 > 2 ? "yes" : "no"];
const TABLE = tableOf("a,b,y", 200, row);

describe("a run of trials that is killed", () => {
  it.each([
    ["folds", ["--hidden", "16", "--batch-size", "8", "--epochs", "150", "--folds", "8"], 8],
    ["a portfolio within folds", ["--folds", "2"], 20],
  ])("again and again, %s, ends in what it would have ended in", async (_, how, count) => {
    const args = ["--data", writeTable(TABLE), "--label", "y", ...how, "--workers", "2"];
    const { folds: whole } = (await trainJsonHere(args, { cwd: temporaryFolder() })) as unknown as { folds: unknown };
    const cwd = temporaryFolder();
    const kept = (): number => {
      try {
        return readdirSync(join(cwd, "run/trials")).filter((name) => name.endsWith(".trial")).length;
      } catch {
        return 0;
      }
    };
    for (const goal of [1, Math.ceil(count / 2)]) {
      const begin = goal === 1 ? [...args, "--out", "run"] : ["--resume", "run"];
      await train(begin, {
        cwd,
        async onStart(child) {
          while (kept() < goal && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
          child.kill("SIGKILL");
        },
      });
      expect(kept()).toBeGreaterThanOrEqual(goal);
    }
    const again = (await trainJsonHere(["--resume", "run"], { cwd })) as unknown as { folds: unknown };
    expect(again.folds).toEqual(whole);
    expect(kept()).toBe(count);
  });
});
