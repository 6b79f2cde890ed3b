import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Shortage } from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";

interface Found {
  readonly shortages: readonly Shortage[];
  readonly same: number;
  readonly megabytes: readonly number[];
}

/** Trains several times in a process whose address space is limited to this many gigabytes. */
async function fitWithin(gigabytes: number, fits: number, workers: number): Promise<Found> {
  const script = fileURLToPath(new URL("../faults/addresses.ts", import.meta.url));
  const command = `ulimit -v ${gigabytes * 1e6} && exec "$@"`;
  const args = [process.execPath, script, String(fits), String(workers)];
  const { stdout } = await promisify(execFile)("sh", ["-c", command, "sh", ...args]);
  return JSON.parse(stdout) as Found;
}

const least = (numbers: readonly number[]): number => Math.min(...numbers);

describe.skipIf(process.platform !== "linux")("a process whose addresses are limited", () => {
  it.each([14, 20, 30])("trains on the threads that there is room for, main at least (%i GB)", async (gigabytes) => {
    const { shortages, same } = await fitWithin(gigabytes, 1, 4);
    expect(same).toBe(1);
    expect(shortages).toEqual([
      { threads: expect.any(Number), wanted: 4, reason: expect.stringContaining("ulimit -v") },
    ]);
  });

  it("has room for one run after the other: their memories are given back, and what is in use does not grow", async () => {
    const fits = 60;
    const { shortages, same, megabytes } = await fitWithin(90, fits, 2);
    expect({ shortages, same }).toEqual({ shortages: [], same: fits });
    expect(least(megabytes.slice(-20))).toBeLessThan(least(megabytes.slice(5, 25)) + 60);
  });
});
