/**
 * `pnpm bench accuracy`: compares the scores of `train --folds 5`, given only the label, with scikit-learn's MLP and
 * HistGradientBoosting, which use their own five folds. The score is accuracy for classes, R2 for quantities.
 *
 * SCRATCH_NN_TABLES names a folder of tables with a list of them in tables.json, an array of
 * { "file", "label", "drop"?: names, "task": "classes" | "quantities" }.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Report } from "../figures/report.ts";
import { markdown } from "../figures/statistics.ts";

const CLI = resolve(import.meta.dirname, "../../packages/cli/src/main.ts");
const SCRIPT = fileURLToPath(new URL("accuracy_peers.py", import.meta.url));

interface Table {
  readonly file: string;
  readonly label: string;
  readonly drop?: readonly string[];
  readonly task: "classes" | "quantities";
}

interface Scores {
  readonly mlp: number;
  readonly boosting: number;
}

interface Row extends Partial<Scores> {
  readonly file: string;
  readonly task: string;
  readonly rows: number;
  readonly seconds: number;
  readonly score: number;
}

export async function accuracyReport(): Promise<Report> {
  const folder = process.env["SCRATCH_NN_TABLES"];
  if (folder === undefined) throw new Error("SCRATCH_NN_TABLES names no folder of tables with a tables.json");
  const tables = JSON.parse(await readFile(join(folder, "tables.json"), "utf8")) as readonly Table[];
  const peers = await Peers.start();
  const rows: Row[] = [];
  try {
    for (const table of tables) {
      const path = resolve(folder, table.file);
      const row = {
        file: table.file,
        task: table.task,
        ...(await score(table, path)),
        ...(await peers?.score(table, path)),
      };
      process.stderr.write(`${JSON.stringify(row)}\n`);
      rows.push(row);
    }
  } finally {
    peers?.end();
  }
  return {
    title: `accuracy: five-fold means, accuracy or R2, beside scikit-learn ${peers?.version ?? "(not installed)"}`,
    text: `${tableOf(rows)}\n\n${summary(rows)}`,
    rows,
    bars: [],
  };
}

/** Scores a table with the command line, in a temporary folder. */
async function score(table: Table, path: string): Promise<Pick<Row, "rows" | "seconds" | "score">> {
  const folder = await mkdtemp(join(tmpdir(), "scratch-nn-bench-"));
  try {
    const drop = table.drop === undefined ? [] : ["--drop", table.drop.join(",")];
    const task = ["--task", table.task === "quantities" ? "quantity" : "classes"];
    const what = ["--data", path, "--label", table.label, ...task, ...drop];
    const args = [...process.execArgv, CLI, "train", ...what, "--folds", "5", "--json", "--quiet", "--out", "run"];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
    if (code !== 0) throw new Error(`${table.file}: train ended with ${code}`);
    const { examples, seconds, meanAccuracy, meanR2 } = JSON.parse(output) as Readonly<Record<string, number>>;
    return { rows: examples, seconds, score: meanAccuracy ?? meanR2 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A Python process that scores tables one after another. */
class Peers {
  readonly version: string;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(version: string, child: ChildProcess, answers: AsyncIterator<string>) {
    this.version = version;
    this.#child = child;
    this.#answers = answers;
  }

  /** @returns undefined if Python has no scikit-learn */
  static async start(): Promise<Peers | undefined> {
    const python = process.env["SCRATCH_NN_PYTHON"] ?? "/usr/bin/python3";
    const child = spawn(python, [SCRIPT], { stdio: ["pipe", "pipe", "ignore"] });
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const failed = once(child, "error").then(() => undefined);
    const version = await Promise.race([answers.next().then(({ value }) => value), failed]);
    return version === undefined ? undefined : new Peers(version, child, answers);
  }

  async score(table: Table, path: string): Promise<Scores> {
    this.#child.stdin!.write(`${JSON.stringify({ ...table, path })}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`${table.file}: scikit-learn gave no scores`);
    return JSON.parse(value);
  }

  end(): void {
    this.#child.kill();
  }
}

const better = ({ mlp, boosting }: Row): number => Math.max(mlp ?? Number.NaN, boosting ?? Number.NaN);
const shown = (value: number | undefined): string => (value === undefined ? "" : value.toFixed(3));
const signed = (value: number): string => (Number.isNaN(value) ? "" : `${value < 0 ? "" : "+"}${value.toFixed(3)}`);

function tableOf(rows: readonly Row[]): string {
  const head = ["table", "rows", "figure", "here", "MLP", "boosting", "here less the better", "seconds"];
  return markdown(
    head,
    rows.map((row) => [
      row.file.replace(/\.csv$/, ""),
      String(row.rows),
      row.task === "quantities" ? "R2" : "accuracy",
      shown(row.score),
      shown(row.mlp),
      shown(row.boosting),
      signed(row.score - better(row)),
      row.seconds.toFixed(0),
    ]),
  );
}

/** Describes the mean distance of each score from the better of the two peers. */
function summary(rows: readonly Row[]): string {
  if (rows.some(({ mlp }) => mlp === undefined)) return "";
  const mean = (of: (row: Row) => number): string =>
    signed(rows.reduce((sum, row) => sum + of(row) - better(row), 0) / rows.length);
  const scores = [`here ${mean(({ score }) => score)}`, `MLP ${mean(({ mlp }) => mlp!)}`];
  return `Less the better of the two peers, on average over ${rows.length} tables: ${scores.join(", ")}, boosting ${mean(({ boosting }) => boosting!)}.`;
}
