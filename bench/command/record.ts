/** The record of a run of a suite: one JSON object to print, save and compare. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "./machine.ts";

export interface BenchRecord {
  readonly suite: string;
  readonly date: string;
  readonly machine: Machine;
  readonly title: string;
  /** Whether the run was complete. */
  readonly isWhole: boolean;
  readonly rows: readonly object[];
}

const RESULTS = join(import.meta.dirname, "../results");

/** Saves a record in bench/results. @returns the path */
export async function keepRecord(record: BenchRecord): Promise<string> {
  const path = join(RESULTS, `${record.date.slice(0, 16).replaceAll(":", "-")}-${record.suite}.json`);
  await mkdir(RESULTS, { recursive: true });
  await writeFile(path, `${JSON.stringify(record, null, 2)}\n`);
  return path;
}
