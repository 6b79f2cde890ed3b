/**
 * `pnpm bench scaling`: measures jobs with increasing numbers of workers against core alone and against one worker, in
 * rounds of random order. Every point must end with the same weights, so their SHA-256 is compared. The table also
 * shows the time to an accuracy on the test part; as the weights are the same, it depends on the speed alone.
 *
 * The serial fraction is Karp and Flatt's, (1 / speed-up - 1 / p) / (1 - 1 / p), for p active threads ("Measuring
 * parallel processor performance", 1990). An additional run of each point measures where the time of a step goes.
 */
import { availableParallelism } from "node:os";
import type * as core from "@scratch-nn/core";
import type { SuiteContext } from "../command/options.ts";
import { fitScalability } from "../figures/scalability.ts";
import { Sheet } from "../figures/sheet.ts";
import { between, type Figure, figureOf, rate, shuffled } from "../figures/statistics.ts";
import { speedApart } from "../jobs/apart.ts";
import {
  type BenchData,
  benchData,
  firstColumns,
  isOfDigits,
  type Job,
  madeExamples,
  type Trained,
  trainJob,
} from "../jobs/jobs.ts";
import { epochsToTarget, timeToTarget } from "../jobs/target.ts";

/** Columns for each worker in weak scaling of the full batch. */
const COLUMNS_PER_WORKER = 15_000;
/** The fraction of a job's examples in a quick run. */
const QUICK = 1 / 8;
const HEAD = [
  "job",
  "workers",
  "examples/s",
  "of core alone",
  "of one worker",
  "efficiency",
  "serial fraction",
  "compute",
  "reduce",
  "update",
  "wait",
  "other",
  "to accuracy",
  "SHA-256",
];

/** A configuration that is measured in every round. */
interface Point {
  readonly name: string;
  readonly workers: number;
  readonly isFound: boolean;
  readonly m?: number;
}

interface Measured {
  readonly point: Point;
  readonly speeds: number[];
  sha256: string;
}

export async function scaling(context: SuiteContext): Promise<Sheet> {
  const data = context.jobs.some(isOfDigits) ? await benchData() : undefined;
  const sheet = new Sheet(HEAD, context.output);
  const name = data?.name ?? "made numbers";
  sheet.progress(`${name}, ${availableParallelism()} cores, ${context.rounds} rounds in random order`);
  for (const job of context.jobs) {
    if (context.signal.aborted) break;
    await scaleJob(context.isQuick ? { ...job, examples: job.examples * QUICK } : job, data, context, sheet);
  }
  return sheet;
}

async function scaleJob(job: Job, data: BenchData | undefined, context: SuiteContext, sheet: Sheet): Promise<void> {
  const ofDigits = isOfDigits(job) ? data : undefined;
  const m = context.isQuick && job.batchSize === undefined ? 15_000 : 60_000;
  const all = ofDigits?.examples ?? madeExamples(job, m);
  const examples = m < all.columns!.length ? firstColumns(all, m) : all;
  const most = availableParallelism();
  const points: Point[] = [
    { name: "core alone", workers: 0, isFound: false },
    ...context.workers.map((workers) => ({ name: String(workers), workers, isFound: false })),
    { name: `${most}, found out`, workers: most, isFound: true },
  ];
  const measured = await measurePoints(job, examples, points, context, sheet);
  const figures = new Map(measured.map(({ point, speeds }) => [point, figureOf(speeds)]));
  const alone = measured[0];
  const one = measured.find(({ point }) => point.workers === 1 && !point.isFound) ?? alone;
  const accuracy = ofDigits && !context.signal.aborted ? epochsToTarget(job, examples, ofDigits.test) : undefined;
  for (const { point, speeds, sha256 } of measured) {
    const isSame = sha256 === alone.sha256;
    const active = Math.max(1, Math.min(point.workers, most));
    const ofAlone = figureOf(speeds.map((speed, round) => speed / alone.speeds[round]));
    const ofOne = figureOf(speeds.map((speed, round) => speed / one.speeds[round]));
    const serial = active === 1 ? undefined : (1 / ofOne.median - 1 / active) / (1 - 1 / active);
    const shares = context.signal.aborted ? undefined : await sharesOf(job, examples, point);
    const timed = accuracy && !context.signal.aborted ? await timeToTarget(job, examples, point, accuracy) : undefined;
    const speed = figures.get(point)!;
    sheet.add({
      cells: [
        job.name,
        point.name,
        `${rate(speed.median)} (${rate(speed.low)} to ${rate(speed.high)})${isNoisy(speed) ? " noisy" : ""}`,
        between(ofAlone),
        between(ofOne),
        (ofOne.median / active).toFixed(2),
        serial === undefined ? "" : serial.toFixed(3),
        ...(["compute", "reduce", "update", "wait", "other"] as const).map((part) =>
          shares === undefined ? "" : `${(100 * shares[part]).toFixed(0)} %`,
        ),
        timed === undefined ? "" : `${(100 * accuracy!.accuracy).toFixed(2)} % in ${timed.seconds.toFixed(2)} s`,
        isSame ? sha256.slice(0, 8) : `${sha256.slice(0, 8)} DIFFERS`,
      ],
      record: {
        job: job.name,
        point: point.name,
        workers: point.workers,
        speed,
        speeds,
        ofAlone,
        ofOne,
        efficiency: ofOne.median / active,
        serialFraction: serial ?? null,
        shares: shares ?? null,
        toAccuracy: timed === undefined ? null : { ...accuracy, ...timed },
        sha256,
        isSame: isSame && (timed === undefined || timed.sha256 === accuracy!.sha256),
      },
      bar: { group: job.name, name: point.name, value: speed.median, spread: speed.spread },
    });
  }
  describeLaw(job, measured, sheet);
  if (!context.isQuick && !context.signal.aborted) await measureAround(job, examples, context, sheet);
}

/**
 * Measures all points in rounds, each in a different random order. Stops after a whole round if the signal is aborted.
 */
async function measurePoints(
  job: Job,
  examples: core.Examples,
  points: readonly Point[],
  context: SuiteContext,
  sheet: Sheet,
): Promise<Measured[]> {
  const measured: Measured[] = points.map((point) => ({ point, speeds: [], sha256: "" }));
  // Round 0 warms up.
  for (let round = 0; round <= context.rounds; round++) {
    if (context.signal.aborted && round > 1) break;
    const speeds = new Map<Measured, Trained>();
    for (const each of shuffled(measured, round)) {
      speeds.set(each, await trainJob(job, examples, each.point.workers, each.point));
    }
    if (round === 0) continue;
    for (const each of measured) {
      const { speed, sha256 } = speeds.get(each)!;
      each.speeds.push(speed);
      // Keeps a differing hash from any round, so that a single wrong result is reported.
      if (each.sha256 === "" || sha256 !== measured[0].sha256) each.sha256 = sha256;
    }
    const so = measured.map(({ point, speeds: kept }) => `${point.name}: ${rate(figureOf(kept).median)}`).join(", ");
    sheet.progress(`${job.name}, round ${round} of ${context.rounds}: ${so}`);
  }
  return measured;
}

/** Whether the spread over the rounds is so large that the figure is marked as noisy. */
const isNoisy = ({ spread }: Figure): boolean => spread > 0.05;

type Part = "compute" | "reduce" | "update" | "wait" | "other";

/**
 * Measures the share of each part in the total time of all threads; the parts add up to 1. Core alone counts as one
 * worker.
 */
async function sharesOf(job: Job, examples: core.Examples, point: Point): Promise<Readonly<Record<Part, number>>> {
  const { profile } = await trainJob(job, examples, Math.max(1, point.workers), { ...point, isProfiled: true });
  const sums = { compute: 0, reduce: 0, update: 0, wait: 0, other: 0 };
  for (const { convert, forward, backward, reduce, update, wait, other } of profile) {
    sums.compute += convert + forward + backward;
    sums.reduce += reduce;
    sums.update += update;
    sums.wait += wait;
    sums.other += other;
  }
  const all = Object.values(sums).reduce((sum, part) => sum + part, 0);
  return Object.fromEntries(Object.entries(sums).map(([part, value]) => [part, value / all])) as Record<Part, number>;
}

function describeLaw(job: Job, measured: readonly Measured[], sheet: Sheet): void {
  const cores = availableParallelism();
  const points = measured
    .filter(({ point }) => point.workers > 0 && point.workers <= cores && !point.isFound)
    .map(({ point, speeds }) => ({ threads: point.workers, speeds }));
  const law = fitScalability(points);
  if ("refused" in law) {
    sheet.note(`${job.name}: no scalability law: ${law.refused}\n`);
    return;
  }
  const range = ([low, high]: readonly [number, number]): string => `${low.toFixed(4)} to ${high.toFixed(4)}`;
  sheet.note(
    `${job.name}: sigma ${law.sigma.toFixed(4)} (${range(law.sigmaInterval)}), kappa ${law.kappa.toFixed(5)} (${range(law.kappaInterval)}); ` +
      `${law.most === Number.POSITIVE_INFINITY ? "no number of threads is too many" : `beyond ${law.most.toFixed(0)} threads more of them lose`}\n`,
  );
  sheet.rows.push({ job: job.name, scalability: law });
}

/**
 * Measures what the machine allows: one training by core alone on each core, with only the data shared. Also measures
 * weak scaling: work in proportion to the number of workers.
 */
async function measureAround(job: Job, examples: core.Examples, context: SuiteContext, sheet: Sheet): Promise<void> {
  const cores = availableParallelism();
  const kinds = [
    { name: "apart", threads: [1, cores], speed: (threads: number) => speedApart(job, examples, threads) },
    {
      name: "weak",
      threads: job.batchSize === undefined ? context.workers : [],
      speed: async (workers: number) =>
        (await trainJob(job, examples, workers, { m: COLUMNS_PER_WORKER * workers })).speed,
    },
  ];
  for (const { name, threads, speed } of kinds) {
    const speeds = threads.map((): number[] => []);
    for (let round = 0; round < context.rounds && !(context.signal.aborted && round > 0); round++) {
      for (const i of shuffled([...threads.keys()], round)) speeds[i].push(await speed(threads[i]));
    }
    for (const [i, count] of threads.entries()) {
      const figure = figureOf(speeds[i]);
      const ratio = figureOf(speeds[i].map((value, round) => value / speeds[0][round]));
      sheet.add({
        cells: [
          `${job.name}, ${name}`,
          String(count),
          `${rate(figure.median)} (${rate(figure.low)} to ${rate(figure.high)})`,
          "",
          between(ratio),
          (ratio.median / Math.min(count, cores)).toFixed(2),
          ...Array.from({ length: HEAD.length - 6 }, () => ""),
        ],
        record: { job: `${job.name}, ${name}`, workers: count, speed: figure, speeds: speeds[i], ofOne: ratio },
        bar: { group: `${job.name}, ${name}`, name: String(count), value: figure.median, spread: figure.spread },
      });
    }
  }
}
