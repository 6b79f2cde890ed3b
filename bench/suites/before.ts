/**
 * `pnpm bench before`: compares this checkout with another one, whose folder SCRATCH_NN_BEFORE names. Runs them
 * alternately in one process: each job on one thread, on two, and on all cores.
 */
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Core from "@scratch-nn/core";
import type * as Data from "@scratch-nn/data";
import type * as Parallel from "@scratch-nn/parallel";
import type { SuiteContext } from "../command/options.ts";
import type { Report } from "../figures/report.ts";
import { figureOf, markdown, percent, rate } from "../figures/statistics.ts";
import { firstColumns, type Job } from "../jobs/jobs.ts";

/** The number of epochs, and how many of them count: the last ones. */
const EPOCHS = 6;
const COUNTED = 4;

interface Packages {
  readonly core: typeof Core;
  readonly parallel: typeof Parallel;
  readonly examples: Core.Examples;
}

export async function beforeReport({ jobs, rounds, output }: SuiteContext): Promise<Report> {
  const before = process.env["SCRATCH_NN_BEFORE"];
  if (before === undefined) throw new Error("SCRATCH_NN_BEFORE has to name the folder of another checkout");
  const trees = [await packagesOf(before), await packagesOf(resolve(import.meta.dirname, "../.."))];
  const threads = [...new Set([0, 2, availableParallelism()])].filter((count) => count <= availableParallelism());
  const rows = [];
  for (const job of jobs) {
    for (const workers of threads) {
      const speeds: [number[], number[]] = [[], []];
      output.tell(`${job.name}, ${workers} workers`);
      for (let round = 0; round < rounds; round++) {
        for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) speeds[i].push(await speed(trees[i], job, workers));
      }
      const ratio = figureOf(speeds[1].map((value, round) => value / speeds[0][round]));
      rows.push({ job: job.name, workers, before: figureOf(speeds[0]), now: figureOf(speeds[1]), ratio });
    }
  }
  return {
    title: `before: examples a second of another checkout and of this one, ${rounds} rounds in turns`,
    text: markdown(
      ["job", "threads", "before", "spread", "now", "spread", "now / before", "spread"],
      rows.map(({ job, workers, before: then, now, ratio }) => [
        job,
        workers === 0 ? "1" : String(workers),
        rate(then.median),
        percent(then.spread),
        rate(now.median),
        percent(now.spread),
        ratio.median.toFixed(2),
        percent(ratio.spread),
      ]),
    ),
    rows,
    bars: rows.map(({ job, workers, now }) => ({
      group: job,
      name: `${workers} threads`,
      value: now.median,
      spread: now.spread,
    })),
  };
}

async function packagesOf(checkout: string): Promise<Packages> {
  const load = (name: string) => import(pathToFileURL(resolve(checkout, "packages", name, "src/index.ts")).href);
  const { openDataset, trainingExamples }: typeof Data = await load("data");
  const folder = process.env["SCRATCH_NN_MNIST"];
  const dataset = await openDataset(folder ?? "digits", folder === undefined ? { examples: 60_000 } : {});
  return { core: await load("core"), parallel: await load("parallel"), examples: trainingExamples(dataset) };
}

async function speed({ core, parallel, examples }: Packages, job: Job, workers: number): Promise<number> {
  const { batchSize = "full" } = job;
  const m = batchSize === "full" ? examples.columns!.length : Math.ceil(job.examples / 4 / batchSize) * batchSize;
  const part = firstColumns(examples, m);
  const times = [performance.now()];
  const epochs = batchSize === "full" ? 4 * EPOCHS : EPOCHS;
  const counted = batchSize === "full" ? 4 * COUNTED : COUNTED;
  const options: Core.FitOptions = {
    epochs,
    batchSize,
    onEpoch: () => {
      times.push(performance.now());
    },
  };
  const network = core.createNetwork({ layers: job.layers });
  if (workers === 0) core.fit(network, part, options);
  else await parallel.fit(network, part, { ...options, workers });
  return (counted * m * 1000) / (times[epochs] - times[epochs - counted]);
}
