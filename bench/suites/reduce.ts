/**
 * `pnpm bench reduce`: measures the barrier and the all-reduce of a step by size and threads, in the way of nccl-tests:
 * https://github.com/NVIDIA/nccl-tests/blob/master/doc/PERFORMANCE.md
 *
 * A size is that of each thread's partial. Algorithm bandwidth is size / time. Bus bandwidth is algorithm bandwidth
 * times 2 (T - 1) / T for T threads: the least that each of them has to send and receive with separate memories. It
 * does not depend on T if the wires are the limit, and is 0 for one thread.
 */
import { setImmediate } from "node:timers/promises";
import type { SuiteContext } from "../command/options.ts";
import { Sheet } from "../figures/sheet.ts";
import { type Figure, figureOf, quantileOf, rate, shuffled } from "../figures/statistics.ts";
import { ReduceTeam } from "../reduce/team.ts";

const KB = 1024;
const SIZES = [1, 4, 16, 64, 256, 1024, 4096, 16_384].map((size) => size * KB);
const QUICK_SIZES = [1, 16, 256, 4096].map((size) => size * KB);
/** Bytes to sum in a round, within limits: enough sums for a percentile, and not too many to wait for. */
const BYTES_OF_A_ROUND = 2 ** 28;
const FEWEST_SUMS = 20;
const MOST_SUMS = 1000;
/** The fraction of the sums in a quick run. */
const QUICK = 1 / 8;
const WARM_UP = 5;
const F32_BYTES = 4;

export interface ReduceFigures {
  readonly threads: number;
  /** The size of a partial; 0 for the barrier. */
  readonly bytes: number;
  /** The milliseconds of each sum, over all rounds. */
  readonly times: readonly number[];
  /** The median milliseconds of each round. */
  readonly medians: readonly number[];
  /** Whether every checked sum is === the sum of the plain kernels. */
  readonly isSame: boolean;
}

/** The part of the context that a measurement needs. */
export type ReduceContext = Pick<SuiteContext, "workers" | "rounds" | "isQuick" | "signal">;

export async function reduceReport(context: SuiteContext): Promise<Sheet> {
  const { output } = context;
  const sheet = new Sheet(
    ["", "threads", "median, us", "99th percentile, us", "algorithm, B/s", "bus, B/s", "sums"],
    output,
  );
  const sizes = [0, ...(context.isQuick ? QUICK_SIZES : SIZES)];
  await measureReduce(sizes, context, (each) => addRow(each, sheet), sheet.progress.bind(sheet));
  return sheet;
}

/**
 * Measures each size in rounds over the numbers of threads, each round in a different random order.
 * @param sizes in bytes; 0 for the barrier
 * @param onFigures receives each point when its rounds are complete
 */
export async function measureReduce(
  sizes: readonly number[],
  context: ReduceContext,
  onFigures: (figures: ReduceFigures) => void,
  tell: (text: string) => void,
): Promise<void> {
  const teams: ReduceTeam[] = [];
  try {
    for (const threads of context.workers) teams.push(await ReduceTeam.start(threads, Math.max(...sizes) / F32_BYTES));
    for (const bytes of sizes) {
      if (context.signal.aborted) break;
      for (const figures of await measureSize(bytes, teams, context, tell)) onFigures(figures);
    }
  } finally {
    await Promise.all(teams.map((team) => team.end()));
  }
}

async function measureSize(
  bytes: number,
  teams: readonly ReduceTeam[],
  { rounds, isQuick, signal }: ReduceContext,
  tell: (text: string) => void,
): Promise<ReduceFigures[]> {
  const most = Math.min(MOST_SUMS, BYTES_OF_A_ROUND / Math.max(1, bytes));
  const sums = Math.max(FEWEST_SUMS, Math.round(most * (isQuick ? QUICK : 1)));
  const points = teams.map((team) => ({ team, rounds: [] as number[][], isSame: true }));
  for (let round = 0; round < rounds && !(signal.aborted && round > 0); round++) {
    tell(`${nameOf(bytes)}: round ${round + 1} of ${rounds}`);
    for (const point of shuffled(points, round)) {
      const { times, isExact } = runRound(point.team, bytes / F32_BYTES, sums);
      point.rounds.push(times);
      point.isSame &&= isExact;
      // Lets the event loop handle Ctrl-C.
      await setImmediate();
    }
  }
  return points.map(({ team, rounds: each, isSame }) => ({
    threads: team.threads,
    bytes,
    times: each.flat(),
    medians: each.map((times) => quantileOf(times, 0.5)),
    isSame,
  }));
}

function runRound(
  team: ReduceTeam,
  count: number,
  sums: number,
): { readonly times: number[]; readonly isExact: boolean } {
  const times: number[] = [];
  for (let i = -WARM_UP; i < sums; i++) {
    if (count > 0) team.write(count);
    // A number that the sum leaves out stays NaN, which the check detects.
    if (i === sums - 1) team.memory.sum.fill(Number.NaN, 0, count);
    const time = team.sum(count);
    if (i >= 0) times.push(time);
  }
  return { times, isExact: team.isExact(count) };
}

function addRow({ threads, bytes, times, medians, isSame }: ReduceFigures, sheet: Sheet): void {
  const median = quantileOf(times, 0.5);
  const p99 = quantileOf(times, 0.99);
  const perSecond = (time: number): number => (1000 * Math.max(1, bytes)) / time;
  /** For barriers: how many a second. */
  const speed: Figure = figureOf(medians.map(perSecond));
  const bus = (speed.median * 2 * (threads - 1)) / threads;
  const name = nameOf(bytes);
  const isBarrier = bytes === 0;
  sheet.add({
    cells: [
      name,
      String(threads),
      (1000 * median).toFixed(1),
      (1000 * p99).toFixed(1),
      ...(isBarrier ? ["", "", ""] : [rate(speed.median), rate(bus), isSame ? "exact" : "DIFFER"]),
    ],
    record: {
      name,
      workers: threads,
      bytes,
      microseconds: { median: 1000 * median, p99: 1000 * p99 },
      speed,
      ...(isBarrier ? {} : { bus, isSame }),
    },
    bar: { group: `${name}, by threads`, name: String(threads), value: speed.median, spread: speed.spread },
  });
}

function nameOf(bytes: number): string {
  if (bytes === 0) return "barrier";
  const [size, unit] = bytes < KB * KB ? [bytes / KB, "KB"] : [bytes / KB / KB, "MB"];
  return `all-reduce, ${Number(size.toPrecision(3))} ${unit}`;
}
