/**
 * `pnpm bench scaling`: the three jobs with more and more workers. Strong scaling: the same work on
 * more workers; weak scaling: as much more work as there are workers.
 *
 * The serial fraction is Karp and Flatt's, (1 / speed-up - 1 / p) / (1 - 1 / p), for p threads at work.
 */
import { availableParallelism } from "node:os";
import { benchExamples, JOBS, speedOf } from "./jobs.ts";
import type { Report } from "./report.ts";
import { type Figure, figureOf, markdown, percent, rate } from "./statistics.ts";

const ROUNDS = 7;
const WORKERS = [1, 2, 4, 8, 16].filter((workers) => workers <= Math.max(8, availableParallelism()));
/** Columns for each worker, for the weak scaling of the notes' full batch. */
const COLUMNS_PER_WORKER = 15_000;

interface Row {
  readonly job: string;
  readonly workers: number;
  readonly speed: Figure;
  readonly speedUp: Figure;
  readonly efficiency: number;
  readonly serialFraction: number | null;
}

export async function scalingReport(): Promise<Report> {
  const { name, examples } = await benchExamples();
  const strong: Row[] = [];
  for (const job of JOBS) strong.push(...(await measure(job.name, (workers) => speedOf(job, examples, workers))));
  const [notes] = JOBS;
  const weak = await measure("notes, weak", (workers) =>
    speedOf(notes, examples, workers, { m: COLUMNS_PER_WORKER * workers }),
  );
  const rows = [...strong, ...weak];
  return {
    title: `scaling: ${name}, ${ROUNDS} rounds in turns, ${availableParallelism()} cores`,
    text: markdown(
      ["job", "workers", "examples/s", "spread", "speed-up", "efficiency", "serial fraction"],
      rows.map((row) => [
        row.job,
        String(row.workers),
        rate(row.speed.median),
        percent(row.speed.spread),
        `${row.speedUp.median.toFixed(2)} ${percent(row.speedUp.spread)}`,
        row.efficiency.toFixed(2),
        row.serialFraction === null ? "" : row.serialFraction.toFixed(3),
      ]),
    ),
    rows,
    bars: rows.map((row) => ({
      group: row.job,
      name: `${row.workers} ${row.workers === 1 ? "worker" : "workers"}`,
      value: row.speed.median,
      spread: row.speed.spread,
    })),
  };
}

async function measure(job: string, speed: (workers: number) => Promise<number>): Promise<Row[]> {
  const speeds = WORKERS.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, workers] of WORKERS.entries()) {
      const measured = await speed(workers);
      if (round > 0) speeds[i].push(measured);
    }
  }
  return WORKERS.map((workers, i) => {
    const active = Math.min(workers, availableParallelism());
    const speedUp = figureOf(speeds[i].map((value, round) => value / speeds[0][round]));
    const serial = (1 / speedUp.median - 1 / active) / (1 - 1 / active);
    return {
      job,
      workers,
      speed: figureOf(speeds[i]),
      speedUp,
      efficiency: speedUp.median / active,
      serialFraction: active === 1 ? null : serial,
    };
  });
}
