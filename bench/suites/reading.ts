/**
 * `pnpm bench data`: measures rows a second of reading a Kaggle CSV of 60,000 images, as cells and as a dataset, on one
 * thread and on more, and compares them with pandas.read_csv if Python has pandas.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { openDataset, readTable } from "@scratch-nn/data";
import type { SuiteContext } from "../command/options.ts";
import { measure, type Task } from "../figures/measure.ts";
import type { Report } from "../figures/report.ts";

const ROWS = 60_000;

export async function readingReport(context: SuiteContext): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "scratch-nn-bench-"));
  process.on("exit", () => void rm(folder, { recursive: true, force: true }));
  const path = join(folder, "train.csv");
  await writeCsv(path);
  const counts = [1, 2, 4, 8].filter((threads) => threads <= Math.max(2, availableParallelism()));
  const task = (what: string, threads: number, run: () => unknown): Task => ({
    name: `${what}, ${threads} ${threads === 1 ? "thread" : "threads"}`,
    items: ROWS,
    run,
  });
  const pandas = await startPandas(path);
  const tasks = [
    ...(pandas === undefined ? [] : [pandas]),
    ...counts.map((threads) => task("cells", threads, () => readTable(path, { threads }))),
    ...counts.map((threads) => task("dataset", threads, () => openDataset(path, { threads, testFraction: 0 }))),
  ];
  try {
    return await measure("data", tasks, "rows", context);
  } finally {
    pandas?.end();
  }
}

/** @returns undefined if Python has no pandas */
async function startPandas(path: string): Promise<(Task & { readonly end: () => void }) | undefined> {
  const python = process.env["SCRATCH_NN_PYTHON"] ?? "/usr/bin/python3";
  const script = fileURLToPath(new URL("read_csv.py", import.meta.url));
  const child = spawn(python, [script], { stdio: ["pipe", "pipe", "ignore"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = once(child, "error").then(() => undefined);
  const version = await Promise.race([answers.next().then(({ value }) => value), failed]);
  if (version === undefined) return undefined;
  const run = async (): Promise<void> => {
    child.stdin.write(`${path}\n`);
    const { value } = await answers.next();
    if (Number(value) !== ROWS) throw new Error(`pandas answered ${value}`);
  };
  return { name: `pandas ${version}`, items: ROWS, run, end: () => void child.kill() };
}

async function writeCsv(path: string): Promise<void> {
  const source = process.env["SCRATCH_NN_MNIST"] ?? "digits";
  const { X, labels, inputs } = await openDataset(source, { examples: ROWS, threads: availableParallelism() });
  const file = createWriteStream(path);
  file.write(`label,${Array.from({ length: inputs }, (_, p) => `pixel${p}`)}\n`);
  for (let c = 0; c < ROWS; c++) file.write(`${labels[c]},${X.subarray(inputs * c, inputs * (c + 1)).join(",")}\n`);
  file.end();
  await finished(file);
}
