/**
 * `pnpm bench plan`: predicts the throughput of a cluster and its bottleneck from measurements on this machine, with
 * the model of bench/plan/model.ts. First it compares the model with measurements of one rank, with up to as many
 * threads as this machine has cores. It makes no prediction for more threads a rank: their interference must be
 * measured on a machine with as many cores.
 */
import { availableParallelism } from "node:os";
import { defaultShards } from "@scratch-nn/core/engine";
import { InvalidArgumentError } from "commander";
import { defaultWorkers, type SuiteContext } from "../command/options.ts";
import { Sheet } from "../figures/sheet.ts";
import { rate } from "../figures/statistics.ts";
import { benchData, firstColumns, isOfDigits, type Job, madeExamples } from "../jobs/jobs.ts";
import { type Calibration, calibrate } from "../plan/calibrate.ts";
import { type Cluster, PARTS, type Prediction, predictStep } from "../plan/model.ts";

const HEAD = [
  "job",
  "ranks",
  "threads each",
  "shards",
  "examples/s, predicted",
  "measured here",
  "error",
  "efficiency",
  ...PARTS,
  "bottleneck",
];
/** The fraction of a job's examples in a quick run. */
const QUICK = 1 / 8;
const QUICK_COLUMNS = 15_000;
const COLUMNS = 60_000;

export async function planReport(context: SuiteContext): Promise<Sheet> {
  const sheet = new Sheet(HEAD, context.output);
  const cores = availableParallelism();
  const { workers, network, jobs } = context;
  const perRank = context.areWorkersGiven ? workers : [cores];
  if (Math.max(...perRank) > cores) {
    throw new InvalidArgumentError(
      `error: expected --workers from 1 to ${cores}, as many as this machine has cores, found ${perRank.join(",")}: what more threads ` +
        "do to each other can only be measured on a machine that has cores for them",
    );
  }
  const counts = [...new Set([...defaultWorkers(cores), ...perRank])].sort((a, b) => a - b);
  const data = jobs.some(isOfDigits) ? await benchData() : undefined;
  for (const job of jobs) {
    if (context.signal.aborted) break;
    const m = context.isQuick && job.batchSize === undefined ? QUICK_COLUMNS : COLUMNS;
    const all = (isOfDigits(job) ? data?.examples : undefined) ?? madeExamples(job, m);
    const examples = m < all.columns!.length ? firstColumns(all, m) : all;
    const measured = context.isQuick ? { ...job, examples: job.examples * QUICK } : job;
    const calibration = await calibrate(measured, examples, counts, context);
    const { batch } = calibration.figures;
    const errors = counts.map((threads) => {
      const cluster = { ranks: 1, threads, shards: defaultShards(batch), network };
      return addRow(job, cluster, calibration, sheet);
    });
    const most = Math.max(...errors.map((error) => Math.abs(error!)));
    for (const threads of perRank) {
      for (const ranks of context.ranks.filter((count) => count > 1)) {
        if (ranks > batch) {
          sheet.note(`${job.name}: no ${ranks} ranks: a batch has ${batch} columns, and each rank needs one\n`);
          continue;
        }
        addRow(job, { ranks, threads, shards: shardsFor(batch, ranks, threads), network }, calibration, sheet);
      }
    }
    sheet.note(
      `${job.name}: at most ${(100 * most).toFixed(0)} % wrong on 1 to ${counts.at(-1)} threads here; ranks over ${network.name}, ` +
        `${(1e6 * network.latency).toFixed(0)} us of latency, not measured. More shards than ${defaultShards(batch)} are to be asked for (--shards) ` +
        "and give other bits than fewer.\n",
    );
  }
  return sheet;
}

/**
 * The default number of shards, or more, so that every thread has one if there are enough columns; each rank has one.
 */
function shardsFor(batch: number, ranks: number, threads: number): number {
  let shards = defaultShards(batch);
  while (shards < ranks * threads && 2 * shards <= batch) shards *= 2;
  return Math.max(ranks, Math.min(batch, shards));
}

/** @returns the error, predicted / measured - 1; undefined if it was not measured */
function addRow(job: Job, cluster: Cluster, { figures, speeds }: Calibration, sheet: Sheet): number | undefined {
  const { ranks, threads, shards, network } = cluster;
  const predicted: Prediction = predictStep(figures, cluster);
  const one = predictStep(figures, { ...cluster, ranks: 1, shards: defaultShards(figures.batch) });
  const speed = ranks === 1 ? speeds.get(threads) : undefined;
  const error = speed && predicted.speed / speed.median - 1;
  const efficiency = predicted.speed / (ranks * one.speed);
  sheet.add({
    cells: [
      job.name,
      String(ranks),
      String(threads),
      String(shards),
      rate(predicted.speed),
      speed === undefined ? "" : `${rate(speed.median)} (${rate(speed.low)} to ${rate(speed.high)})`,
      error === undefined ? "" : `${error < 0 ? "" : "+"}${(100 * error).toFixed(0)} %`,
      `${Number((100 * efficiency).toPrecision(2))} %`,
      ...PARTS.map((part) => `${((100 * predicted.parts[part]) / predicted.seconds).toFixed(0)} %`),
      predicted.bottleneck,
    ],
    record: {
      job: job.name,
      point: `${ranks} x ${threads}`,
      ranks,
      workers: threads,
      shards,
      network,
      predicted: predicted.speed,
      parts: predicted.parts,
      bottleneck: predicted.bottleneck,
      efficiency,
      ...(speed === undefined ? {} : { speed, error }),
    },
    bar: { group: job.name, name: `${ranks} x ${threads}`, value: predicted.speed, spread: 0 },
  });
  return error;
}
