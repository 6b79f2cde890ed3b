/**
 * `pnpm bench busy`: compares eight workers with one while processes that spin occupy all cores. The engine determines
 * the number of active threads. The worst round is reported beside the median.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { createNetwork, type Examples } from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import type { Report } from "../figures/report.ts";
import { figureOf, markdown, percent } from "../figures/statistics.ts";
import { benchExamples, firstColumns, JOBS } from "../jobs/jobs.ts";

const ROUNDS = 6;
const WORKERS = 8;

interface BusyJob {
  readonly name: string;
  readonly layers: readonly number[];
  readonly batchSize: number | undefined;
  readonly examples: Examples;
  readonly epochs: number;
}

export async function busyReport(): Promise<Report> {
  const { name, examples } = await benchExamples();
  const jobs: BusyJob[] = JOBS.map((job) => ({
    ...job,
    examples: firstColumns(examples, job.batchSize === undefined ? 60_000 : job.examples / 4),
    epochs: job.batchSize === undefined ? 100 : 6,
  }));
  jobs.push({ name: "64-64-10", layers: [64, 64, 10], batchSize: 32, examples: smallExamples(60_000), epochs: 60 });
  const spinners = Array.from({ length: availableParallelism() }, spin);
  try {
    const rows = [];
    for (const job of jobs) {
      const ratios: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const seconds: [one: number, many: number] = [0, 0];
        for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) seconds[i] = await train(job, i === 0 ? 1 : WORKERS);
        ratios.push(seconds[0] / seconds[1]);
      }
      rows.push({ job: job.name, ratio: figureOf(ratios), worst: Math.min(...ratios) });
    }
    return {
      title: `busy: speed of ${WORKERS} workers / 1 worker, all cores taken by others, ${name}, ${ROUNDS} rounds`,
      text: markdown(
        ["job", "median", "spread", "worst"],
        rows.map(({ job, ratio, worst }) => [job, ratio.median.toFixed(2), percent(ratio.spread), worst.toFixed(2)]),
      ),
      rows,
      bars: rows.map(({ job, ratio: { median, spread } }) => ({ group: "busy", name: job, value: median, spread })),
    };
  } finally {
    for (const spinner of spinners) spinner.kill();
  }
}

function spin(): ChildProcess {
  return spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
}

async function train(job: BusyJob, workers: number): Promise<number> {
  const start = performance.now();
  await parallel.fit(createNetwork({ layers: job.layers }), job.examples, {
    epochs: job.epochs,
    ...(job.batchSize === undefined ? {} : { batchSize: job.batchSize }),
    workers,
  });
  return performance.now() - start;
}

function smallExamples(m: number): Examples {
  const X = Float32Array.from({ length: 64 * m }, (_, i) => ((i * 7919) % 101) / 101);
  return {
    X,
    labels: Uint16Array.from({ length: m }, (_, c) => c % 10),
    columns: Uint32Array.from({ length: m }, (_, c) => c),
  };
}
