/** `pnpm bench compare A.json B.json`: finds what became faster or slower beyond the noise of both records. */
import { readFileSync } from "node:fs";
import type { Figure } from "../figures/statistics.ts";
import { markdown, rate } from "../figures/statistics.ts";
import type { BenchRecord } from "./record.ts";

export class RecordError extends Error {}

/** The least relative change to report. Memory and code layout cause smaller ones, whatever the intervals say. */
const LEAST_CHANGE = 0.02;

export interface Comparison {
  readonly text: string;
  readonly isSlower: boolean;
}

/** Compares two records. @throws RecordError if a file is no record, or if the records are of different suites */
export function compareRecords(pathA: string, pathB: string): Comparison {
  const [a, b] = [readRecord(pathA), readRecord(pathB)];
  if (a.suite !== b.suite) {
    throw new RecordError(`expected two records of one suite, found ${a.suite} in ${pathA} and ${b.suite} in ${pathB}`);
  }
  const after = figuresOf(b);
  const rows: string[][] = [];
  let isSlower = false;
  for (const [name, before] of figuresOf(a)) {
    const now = after.get(name);
    if (now === undefined) continue;
    const ratio = now.median / before.median;
    const isApart = now.low > before.high || now.high < before.low;
    const changed = isApart && Math.abs(ratio - 1) > LEAST_CHANGE;
    if (changed && ratio < 1) isSlower = true;
    rows.push([
      name,
      rate(before.median),
      rate(now.median),
      ratio.toFixed(2),
      changed ? (ratio < 1 ? "SLOWER" : "faster") : "no difference beyond the noise",
    ]);
  }
  if (rows.length === 0)
    throw new RecordError(`expected figures of the same names, found none in ${pathA} and ${pathB}`);
  const { processor: before } = a.machine;
  const { processor: now } = b.machine;
  const machines = before === now ? "" : `\n\nother machines: ${before}, then ${now}: their ratio says little`;
  return { text: `${markdown(["", "before", "now", "now / before", ""], rows)}${machines}`, isSlower };
}

function readRecord(path: string): BenchRecord {
  const text = readFileSync(path, "utf8");
  try {
    const record = JSON.parse(text) as Partial<BenchRecord> | null;
    if (typeof record?.suite === "string" && Array.isArray(record.rows) && typeof record.machine === "object") {
      return record as BenchRecord;
    }
  } catch {}
  throw new RecordError(`${path}: expected a record as pnpm bench --save or --json writes it, found something else`);
}

/** Returns the rows that have a speed, by their name, job, point and workers. */
function figuresOf({ rows }: BenchRecord): Map<string, Figure> {
  const figures = new Map<string, Figure>();
  for (const row of rows as readonly Readonly<Record<string, unknown>>[]) {
    const { name, job, point, workers, speed } = row;
    const key = [name ?? job, point ?? workers].filter((part) => part !== undefined).join(", ");
    const figure = (isFigure(speed) ? speed : row) as object;
    if (isFigure(figure)) figures.set(key, figure);
  }
  return figures;
}

function isFigure(value: unknown): value is Figure {
  if (typeof value !== "object" || value === null) return false;
  const { median, low, high } = value as Partial<Figure>;
  return [median, low, high].every((number) => typeof number === "number" && Number.isFinite(number));
}
