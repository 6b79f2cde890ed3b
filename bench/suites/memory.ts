/**
 * `pnpm bench memory`: compares the planned memory of runs of many shapes with their measured peak. The plan is
 * computed before memory is allocated, and a run that would not fit is refused.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Report } from "../figures/report.ts";
import { markdown } from "../figures/statistics.ts";

const CLI = resolve(import.meta.dirname, "../../packages/cli/src/main.ts");
const HOOK = resolve(import.meta.dirname, "memory-peak-hook.ts");

interface Shape {
  readonly name: string;
  readonly flags: readonly string[];
  /** Makes a table to train on instead of drawn digits. */
  readonly table?: () => string;
}

/** Makes a CSV table of synthetic numbers with `classes` classes. */
const tableOf = (rows: number, columns: number, classes: number) => (): string => {
  const header = ["label", ...Array.from({ length: columns }, (_, k) => `x${k}`)].join(",");
  const row = (r: number): string => {
    const cells = Array.from({ length: columns }, (_, k) => (r * 7919 + k * 104_729) % 997);
    return [`c${r % classes}`, ...cells].join(",");
  };
  return `${[header, ...Array.from({ length: rows }, (_, r) => row(r))].join("\n")}\n`;
};

const wide = (hidden: string, batch = "256"): string[] => ["--hidden", hidden, "--batch-size", batch];
const digits = (examples: number): string[] => ["--examples", String(examples)];
const SHAPES: readonly Shape[] = [
  { name: "digits as they come", flags: [] },
  { name: "on the main thread", flags: ["--workers", "0"] },
  { name: "60,000 digits", flags: digits(60_000) },
  { name: "300,000 digits", flags: digits(300_000) },
  { name: "512, 512", flags: [...digits(2000), ...wide("512,512")] },
  { name: "2,048, 2,048", flags: [...digits(2000), ...wide("2048,2048")] },
  { name: "4,096, 4,096, main thread", flags: [...digits(1000), ...wide("4096,4096"), "--workers", "0"] },
  { name: "8,192, full batch", flags: [...digits(2000), ...wide("8192", "full")] },
  { name: "1,024 four times", flags: [...digits(4000), ...wide("1024,1024,1024,1024", "1024")] },
  { name: "512, 512, plain", flags: [...digits(300), ...wide("512,512", "64"), "--kernels", "plain"] },
  { name: "12,000 classes", flags: wide("16"), table: tableOf(24_000, 5, 12_000) },
  { name: "20,000 columns", flags: wide("64"), table: tableOf(600, 20_000, 3) },
];

interface Row {
  readonly name: string;
  readonly planned: number;
  readonly peak: number;
}

export async function memoryReport(): Promise<Report> {
  const rows: Row[] = [];
  for (const shape of SHAPES) rows.push({ name: shape.name, ...(await measure(shape)) });
  return {
    title: "memory: megabytes that runs of one epoch planned, and the most that they had",
    text: markdown(
      ["run", "planned", "peak", "planned / peak"],
      rows.map(({ name, planned, peak }) => [name, String(planned), String(peak), (planned / peak).toFixed(2)]),
    ),
    rows,
    bars: [],
  };
}

async function measure({ flags, table }: Shape): Promise<{ readonly planned: number; readonly peak: number }> {
  const folder = mkdtempSync(join(tmpdir(), "memory-"));
  try {
    const data = join(folder, "table.csv");
    if (table !== undefined) writeFileSync(data, table());
    const args = [CLI, "train", "--epochs", "1", "--out", join(folder, "run"), ...flags];
    const peakFile = join(folder, "peak");
    const child = spawn(
      process.execPath,
      ["--import", HOOK, ...args, ...(table === undefined ? [] : ["--data", data])],
      { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, SCRATCH_NN_PEAK_FILE: peakFile } },
    );
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`train ${flags.join(" ")} ended with ${code}: ${said}`);
    const planned = Number(/^memory +.*?([\d,]+) MB in all/m.exec(said)?.[1]?.replaceAll(",", ""));
    return { planned, peak: Math.ceil(Number(readFileSync(peakFile, "utf8")) / 1000) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
