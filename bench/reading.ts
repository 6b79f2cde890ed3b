/** Reading a Kaggle CSV of 60,000 images with one thread and with more: rows a second. */
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { openDataset } from "@scratch-nn/data";
import type { Task } from "./measure.ts";

const ROWS = 60_000;

export async function readingTasks(): Promise<Task[]> {
  const folder = await mkdtemp(join(tmpdir(), "scratch-nn-bench-"));
  process.on("exit", () => void rm(folder, { recursive: true, force: true }));
  const path = join(folder, "train.csv");
  await writeCsv(path);
  const counts = [1, 2, 4, 8].filter((threads) => threads <= Math.max(2, availableParallelism()));
  return counts.map((threads) => ({
    name: `CSV of ${ROWS} images, ${threads} ${threads === 1 ? "thread" : "threads"}`,
    items: ROWS,
    run: () => openDataset(path, { threads, testFraction: 0 }),
  }));
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
