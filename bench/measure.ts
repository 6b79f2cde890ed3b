/** Timings that can be compared: interleaved rounds within one run, medians with their spread. */
import { availableParallelism, cpus } from "node:os";
import { Bench } from "tinybench";

export interface Task {
  readonly name: string;
  /** What the speed is counted in, per run of the task. */
  readonly items: number;
  readonly run: () => unknown;
}

export interface Row {
  readonly name: string;
  /** Items a second, the median over rounds. */
  readonly perSecond: number;
  /** Half the distance between the quartiles, as a share of the median. */
  readonly spread: number;
}

/**
 * Runs every task once a round, so that a machine that slows down slows all of them.
 * @param rounds counted; one more goes before them to warm up
 */
export async function measure(tasks: readonly Task[], rounds: number): Promise<Row[]> {
  const seconds = new Map<string, number[]>(tasks.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    const bench = new Bench({ iterations: 1, time: 0, warmup: false, throws: true });
    // Told that it is asynchronous, tinybench does not call a task once more, beside the timed one, to find out.
    for (const { name, run } of tasks) bench.add(name, async () => run(), { async: true });
    await bench.run();
    if (round === 0) continue;
    for (const task of bench.tasks) {
      if (task.result.state === "completed") seconds.get(task.name)!.push(task.result.latency.mean / 1000);
    }
  }
  return tasks.map(({ name, items }) => {
    const rates = seconds
      .get(name)!
      .map((s) => items / s)
      .sort((a, b) => a - b);
    const median = quantile(rates, 0.5);
    return { name, perSecond: median, spread: (quantile(rates, 0.75) - quantile(rates, 0.25)) / 2 / median };
  });
}

function quantile(sorted: readonly number[], q: number): number {
  const place = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}

/** The machine, for a reader of the figures. */
export function describeMachine(): string {
  return `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}`;
}

/** A Markdown table of rates, each beside its ratio to the first. */
export function tableOf(rows: readonly Row[], unit: string): string {
  const lines = rows.map(({ name, perSecond, spread }) => {
    const ratio = (perSecond / rows[0].perSecond).toFixed(2);
    return `| ${name} | ${perSecond.toPrecision(4)} | ±${(100 * spread).toFixed(1)} % | ${ratio} |`;
  });
  return [`| | ${unit}/s | spread | ratio |`, "|---|---|---|---|", ...lines].join("\n");
}
