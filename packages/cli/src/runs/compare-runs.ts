/** `runs compare`: shows the differences between runs, settings first, then results. */
import { basename, join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { columns } from "../output/columns.ts";
import { printable, printableJson } from "../output/printable.ts";
import { colorsFor, remark } from "../output/report.ts";
import { print } from "../output/stdout.ts";
import { kindWithoutLinks, numberIn, type RunEntry, readRun } from "./run-entry.ts";

/** Settings of the machine, from environment.json. */
const OF_MACHINE = ["version", "commit", "node", "os", "arch", "cpu", "cores"] as const;

const FIGURES = [
  "epochs",
  "stoppedEarly",
  "weightsOf",
  "bestEpoch",
  "trainLoss",
  "trainAccuracy",
  "bestValidationLoss",
  "bestValidationAccuracy",
  "validationLoss",
  "validationAccuracy",
  "testLoss",
  "testAccuracy",
  "testR2",
  "testRmse",
  "testMae",
  "meanAccuracy",
  "meanR2",
  "deviation",
  "meanLoss",
  "networks",
  "seconds",
  "examplesPerSecond",
  "weightsSha256",
] as const;

interface Comparison {
  readonly runs: readonly RunEntry[];
  /** Settings that differ between the runs, by name; a value for each run, undefined where it has none. */
  readonly settings: Readonly<Record<string, readonly unknown[]>>;
  readonly figures: Readonly<Record<string, readonly unknown[]>>;
}

const MOST_CELL = 28;

/** @param names of runs in runs/, or paths @throws InputError for one that is no run */
export async function compareRuns(names: readonly string[], { json }: { readonly json: boolean }): Promise<void> {
  const runs: RunEntry[] = [];
  for (const name of names) runs.push(await runNamed(name));
  const comparison = compare(runs);
  if (json) {
    const paths = runs.map(({ path, state }) => ({ path, state }));
    const { settings, figures } = comparison;
    return await print(`${printableJson({ runs: paths, settings: whole(settings), figures: whole(figures) })}\n`);
  }
  if ("dataSha256" in comparison.settings) {
    process.stderr.write(`${remark("the runs are of different data: their figures are not of the same examples")}\n`);
  }
  await print(`${describe(comparison).join("\n")}\n`);
}

/** Replaces undefined, which JSON lists cannot hold. */
function whole(rows: Comparison["settings"]): Record<string, readonly unknown[]> {
  return Object.fromEntries(Object.entries(rows).map(([key, values]) => [key, values.map((value) => value ?? null)]));
}

async function runNamed(name: string): Promise<RunEntry> {
  const isHere = kindWithoutLinks(name) !== undefined;
  const path = !isHere && basename(name) === name ? join("runs", name) : name;
  const run = await readRun(path);
  if (run.state !== "foreign" && run.state !== "damaged") return run;
  throw new InputError({
    where: "runs compare",
    expected: "folders of runs, or names of those in runs/",
    found: `${name}, which is ${kindWithoutLinks(path) === undefined ? "not there" : `${run.state} (${run.why})`}`,
    remedy: "pnpm runs lists those that there are",
  });
}

function compare(runs: readonly RunEntry[]): Comparison {
  const settings: Record<string, readonly unknown[]> = {};
  const add = (name: string, of: (run: RunEntry) => unknown): void => {
    const values = runs.map(of);
    if (new Set(values.map((value) => JSON.stringify(value))).size > 1) settings[name] = values;
  };
  const keys = new Set(runs.flatMap(({ config }) => Object.keys(config)));
  for (const key of keys) add(key, ({ config }) => config[key]);
  for (const key of OF_MACHINE) add(key, ({ environment }) => environment[key]);
  const figures: Record<string, readonly unknown[]> = {};
  for (const key of FIGURES) {
    const values = runs.map((run) => figureIn(run, key));
    if (values.some((value) => value != null)) figures[key] = values;
  }
  return { runs, settings, figures };
}

function figureIn({ metrics, epochs }: RunEntry, key: string): unknown {
  return key === "epochs" ? (epochs?.done ?? numberIn(metrics, key)) : metrics[key];
}

function describe({ runs, settings, figures }: Comparison): string[] {
  const colors = colorsFor(process.stdout);
  const rowsOf = (rows: Readonly<Record<string, readonly unknown[]>>): string[][] =>
    Object.entries(rows).map(([name, values]) => [
      printable(name, MOST_CELL),
      ...values.map((value) => cell(name, value)),
    ]);
  const [own, found] = [rowsOf(settings), rowsOf(figures)];
  const head = ["", ...runs.map(({ name }) => printable(name, MOST_CELL))];
  const states = ["state", ...runs.map(({ state }) => state)];
  const none = own.length === 0 ? [["the same settings", ...runs.map(() => "")]] : own;
  // One table, so that all columns are aligned.
  return columns(head, [...none, head.map(() => ""), states, ...found], colors);
}

function cell(name: string, value: unknown): string {
  if (value === undefined || value === null) return "-";
  if (name.endsWith("Sha256") && typeof value === "string") return printable(value.slice(0, 16));
  if (name === "data" && typeof value === "string") return printable(basename(value), MOST_CELL);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : shortened(value);
  if (typeof value === "string") return printable(value, MOST_CELL);
  return printable(Array.isArray(value) ? value.join(",") : JSON.stringify(value), MOST_CELL);
}

/** Settings stay as given; figures are shortened. */
const shortened = (value: number): string => String(Number(value.toPrecision(6)));
