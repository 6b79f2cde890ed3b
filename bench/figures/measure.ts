/** Measures comparable timings: interleaved rounds within one run, and medians with their spread. */
import { Bench } from "tinybench";
import type { SuiteContext } from "../command/options.ts";
import type { Report } from "./report.ts";
import { figureOf, markdown, percent, rate } from "./statistics.ts";

export interface Task {
  readonly name: string;
  /** The number of items that one run of the task processes. */
  readonly items: number;
  readonly run: () => unknown;
}

/** The seconds of each task in each round, without the first round, which warms up. */
export type Times = ReadonlyMap<string, readonly number[]>;

/**
 * Runs every task once a round, so that a change in the machine's speed affects all tasks. Stops after the current
 * round if the signal is aborted.
 */
export async function timeTasks(
  name: string,
  tasks: readonly Task[],
  { rounds, output, signal }: Pick<SuiteContext, "rounds" | "output" | "signal">,
): Promise<Times> {
  const seconds = new Map<string, number[]>(tasks.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    const bench = new Bench({ iterations: 1, time: 0, warmup: false, throws: true });
    // With `async: true`, tinybench does not call the task once more to find out whether it is asynchronous.
    for (const { name, run } of tasks) bench.add(name, async () => run(), { async: true });
    if (signal.aborted && round > 1) break;
    output.tell(`${name}: round ${round} of ${rounds}`);
    await bench.run();
    if (round === 0) continue;
    for (const task of bench.tasks) {
      if (task.result.state === "completed") seconds.get(task.name)!.push(task.result.latency.mean / 1000);
    }
  }
  return seconds;
}

/** Reports {@link timeTasks} as a table that compares each task with the first. */
export async function measure(
  name: string,
  tasks: readonly Task[],
  unit: string,
  context: Pick<SuiteContext, "rounds" | "output" | "signal">,
): Promise<Report> {
  const seconds = await timeTasks(name, tasks, context);
  const rows = tasks.map((task) => ({
    name: task.name,
    ...figureOf(seconds.get(task.name)!.map((each) => task.items / each)),
  }));
  return {
    title: `${name}: ${unit} a second, ${context.rounds} rounds in turns`,
    text: markdown(
      ["", `${unit}/s`, "spread", "of the first"],
      rows.map((row) => [row.name, rate(row.median), percent(row.spread), (row.median / rows[0].median).toFixed(2)]),
    ),
    rows,
    bars: rows.map((row) => ({ group: name, name: row.name, value: row.median, spread: row.spread })),
  };
}
