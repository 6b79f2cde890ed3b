/** `pnpm bench step`: measures where the time of a step goes, for each thread of each job. */
import { createNetwork } from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import type { SuiteContext } from "../command/options.ts";
import type { Report } from "../figures/report.ts";
import { type Figure, figureOf, markdown, percent } from "../figures/statistics.ts";
import { benchExamples, firstColumns, type Job } from "../jobs/jobs.ts";

const PARTS = ["convert", "forward", "backward", "reduce", "update", "wait", "other"] as const;

interface Row {
  readonly job: string;
  readonly workers: number;
  readonly thread: number;
  /** Microseconds a step. */
  readonly parts: Readonly<Record<(typeof PARTS)[number], Figure>>;
}

export async function stepReport({ jobs, rounds, workers: counts, output }: SuiteContext): Promise<Report> {
  const { name, examples } = await benchExamples();
  const rows: Row[] = [];
  for (const job of jobs) {
    for (const workers of counts) {
      output.tell(`${job.name}, ${workers} workers`);
      const profiles: parallel.ThreadProfile[][] = [];
      let steps = 0;
      for (let round = 0; round <= rounds; round++) {
        const { profile, count } = await profileOf(job, examples, workers);
        steps = count;
        if (round > 0) profiles.push([...profile]);
      }
      for (let thread = 0; thread < profiles[0].length; thread++) {
        const parts = Object.fromEntries(
          PARTS.map((part) => [part, figureOf(profiles.map((each) => (1000 * each[thread][part]) / (steps - 1)))]),
        );
        rows.push({ job: job.name, workers, thread, parts: parts as Row["parts"] });
      }
    }
  }
  return {
    title: `step: microseconds a step, ${name}, ${rounds} rounds`,
    text: markdown(
      ["job", "workers", "thread", ...PARTS],
      rows.map(({ job, workers, thread, parts }) => [
        job,
        String(workers),
        thread === 0 ? "0 (main)" : String(thread),
        ...PARTS.map((part) => `${parts[part].median.toFixed(0)} ${percent(parts[part].spread || 0)}`),
      ]),
    ),
    rows,
    bars: rows.flatMap(({ job, workers, thread, parts }) =>
      PARTS.map((part) => ({
        group: `${job}, ${workers} at work, thread ${thread}`,
        name: part,
        value: parts[part].median,
        spread: parts[part].spread || 0,
      })),
    ),
  };
}

async function profileOf(job: Job, examples: Parameters<typeof firstColumns>[0], workers: number) {
  let profile: readonly parallel.ThreadProfile[] = [];
  const batchSize = job.batchSize ?? "full";
  const { steps } = await parallel.fit(
    createNetwork({ layers: job.layers }),
    batchSize === "full" ? examples : firstColumns(examples, job.examples),
    {
      epochs: batchSize === "full" ? 30 : 2,
      batchSize,
      workers,
      onProfile: (threads) => {
        profile = threads;
      },
    },
  );
  return { profile, count: steps };
}
