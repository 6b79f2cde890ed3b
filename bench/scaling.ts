/**
 * `pnpm bench scaling`: the three jobs with more and more workers. Strong scaling: the same work on
 * more workers; weak scaling: as much more work as there are workers. What the machine itself allows is beside
 * them: as many trainings by core alone as there are cores, each on its own, with nothing shared but the data,
 * compared with one of them. And what users get who fix nothing: all cores, of which the engine finds out how many to use.
 *
 * The serial fraction is Karp and Flatt's, (1 / speed-up - 1 / p) / (1 - 1 / p), for p threads at work.
 */
import { availableParallelism } from "node:os";
import { speedApart } from "./apart.ts";
import { benchExamples, JOBS, speedOf } from "./jobs.ts";
import type { Report } from "./report.ts";
import { type Figure, figureOf, markdown, percent, rate } from "./statistics.ts";

const ROUNDS = 7;
const WORKERS = [1, 2, 4, 8, 12, 14, 16].filter((workers) => workers <= Math.max(8, availableParallelism()));
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
  for (const job of JOBS) {
    const runs = WORKERS.map((workers) => ({ job: job.name, workers, speed: () => speedOf(job, examples, workers) }));
    const apart = [1, availableParallelism()].map((threads) => ({
      job: `${job.name}, apart`,
      workers: threads,
      speed: () => speedApart(job, examples, threads),
    }));
    const found = {
      job: `${job.name}, number of threads found out`,
      comparedWith: job.name,
      workers: availableParallelism(),
      speed: () => speedOf(job, examples, availableParallelism(), { isFound: true }),
    };
    strong.push(...(await measure([...runs, ...apart, found])));
  }
  const [notes] = JOBS;
  const weak = await measure(
    WORKERS.map((workers) => ({
      job: "notes, weak",
      workers,
      speed: () => speedOf(notes, examples, workers, { m: COLUMNS_PER_WORKER * workers }),
    })),
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

interface Run {
  readonly job: string;
  readonly workers: number;
  /** The job whose first run it is compared with; default: its own. */
  readonly comparedWith?: string;
  /** Measures once: examples a second. */
  readonly speed: () => Promise<number>;
}

/** Measures runs in turns; the first of a job is what the others of that job are compared with. */
async function measure(runs: readonly Run[]): Promise<Row[]> {
  const speeds = runs.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, { speed }] of runs.entries()) {
      const measured = await speed();
      if (round > 0) speeds[i].push(measured);
    }
  }
  return runs.map(({ job, workers, comparedWith }, i) => {
    const first = speeds[runs.findIndex((run) => run.job === (comparedWith ?? job))];
    const active = Math.min(workers, availableParallelism());
    const speedUp = figureOf(speeds[i].map((value, round) => value / first[round]));
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
