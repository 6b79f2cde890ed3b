/** Parses the flags of `pnpm bench` into the context of a suite. */
import { availableParallelism } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import type { SheetOutput } from "../figures/sheet.ts";
import { JOBS, type Job, jobNamed } from "../jobs/jobs.ts";
import { type Network, parseBandwidth } from "../plan/network.ts";

/** What a suite measures, and when it must stop. */
export interface SuiteContext {
  readonly jobs: readonly Job[];
  readonly workers: readonly number[];
  /** Whether the user passed --workers. */
  readonly areWorkersGiven: boolean;
  readonly rounds: number;
  /** Numbers of processes, each on its own machine, and the network between them. */
  readonly ranks: readonly number[];
  readonly network: Network;
  readonly isQuick: boolean;
  /** Whether missing peers may be installed. */
  readonly installs: boolean;
  readonly output: SheetOutput;
  /** Aborted by Ctrl-C: the suite then keeps what was measured so far. */
  readonly signal: AbortSignal;
}

/** The flags as parsed. */
export interface BenchFlags {
  readonly json?: boolean;
  readonly save?: boolean;
  readonly picture?: string;
  readonly quick?: boolean;
  readonly job?: readonly Job[];
  readonly workers?: readonly number[];
  readonly rounds?: number;
  readonly ranks?: readonly number[];
  /** In bytes a second; `latency` is in microseconds. */
  readonly network?: Bandwidth;
  readonly latency?: number;
  /** False only with --no-install. */
  readonly install?: boolean;
}

/** A bandwidth as the user wrote it, and in bytes a second. */
interface Bandwidth {
  readonly text: string;
  readonly bandwidth: number;
}

/** The flags that a suite may take in addition to the common ones. */
export type Measured = "quick" | "job" | "workers" | "rounds" | "cluster" | "install";

/** The fewest whose median has an interval by ranks at 95 %. Seven made `scaling` take more than ten minutes on two cores. */
const ROUNDS = 6;
const QUICK_ROUNDS = 2;
const MOST_WORKERS = 1024;
const RANKS = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const MOST_RANKS = 65_536;
const NETWORK = "10Gb";
/** The latency of TCP between programs on neighbouring machines. */
const LATENCY_MICROSECONDS = 30;

export function suiteCommand(name: string, description: string, takes: readonly Measured[]): Command {
  const command = new Command(name)
    .description(description)
    .option("--json", "print one JSON object in place of the table")
    .option("--save", "keep the figures in bench/results, with the machine that gave them")
    .option("--picture <file>", "draw them, as SVG");
  if (takes.includes("quick")) command.option("--quick", "less than a minute: fewer rounds of less work, two jobs");
  if (takes.includes("job")) {
    command.option(
      "--job <names>",
      `any of ${JOBS.map((job) => job.name).join(", ")}, or LAYERS:BATCH, such as 784-64-10:32 or 784-64-10:full; default: those named`,
      parseJobs,
    );
  }
  if (takes.includes("workers")) {
    command.option("--workers <counts>", "numbers of worker threads, such as 1,2,4", parseWorkers);
  }
  if (takes.includes("rounds")) command.option("--rounds <n>", `rounds, from 1; default ${ROUNDS}`, parseRounds);
  if (takes.includes("install")) command.option("--no-install", "only beside peers that are there already");
  if (takes.includes("cluster")) {
    command
      .option("--ranks <counts>", `numbers of machines, such as 4,256; default ${RANKS.join(",")}`, parseRanks)
      .option("--network <speed>", `of each machine's link, each way: 10Gb, 1.25GB; default ${NETWORK}`, parseNetwork)
      .option("--latency <us>", `of a message, in microseconds; default ${LATENCY_MICROSECONDS}`, parseLatency);
  }
  return command.allowExcessArguments(false);
}

export function contextOf(flags: BenchFlags, output: SheetOutput, signal: AbortSignal): SuiteContext {
  const isQuick = flags.quick === true;
  const { text, bandwidth } = flags.network ?? parseNetwork(NETWORK);
  return {
    isQuick,
    installs: flags.install !== false,
    jobs: flags.job ?? (isQuick ? JOBS.filter(({ name }) => name !== "wide") : JOBS),
    workers: flags.workers ?? defaultWorkers(availableParallelism()),
    areWorkersGiven: flags.workers !== undefined,
    ranks: flags.ranks ?? RANKS,
    network: { name: text, bandwidth, latency: (flags.latency ?? LATENCY_MICROSECONDS) / 1e6 },
    rounds: flags.rounds ?? (isQuick ? QUICK_ROUNDS : ROUNDS),
    output,
    signal,
  };
}

/**
 * The default numbers of workers, up to `cores`, dense enough to fit a scalability law: 1, 2, 3, 4, 6, 8, 12, 16, ...
 */
export function defaultWorkers(cores: number): number[] {
  const counts = new Set<number>();
  for (let power = 1; power <= cores; power *= 2) {
    counts.add(power);
    if (power > 1 && 1.5 * power <= cores) counts.add(1.5 * power);
  }
  return [...counts.add(cores)].sort((a, b) => a - b);
}

function parseJobs(text: string): Job[] {
  return text.split(",").map((name) => {
    const job = jobNamed(name);
    if (job !== undefined) return job;
    throw new InvalidArgumentError(
      `expected any of ${JOBS.map((each) => each.name).join(", ")}, or LAYERS:BATCH such as 784-64-10:32, found ${JSON.stringify(name)}`,
    );
  });
}

function parseWorkers(text: string): number[] {
  return text.split(",").map((each) => wholeNumber(each, MOST_WORKERS, "1,2,4"));
}

const parseRanks = (text: string): number[] => text.split(",").map((each) => wholeNumber(each, MOST_RANKS, "4,256"));
const parseLatency = (text: string): number => wholeNumber(text, 1e6, "30");

function parseNetwork(text: string): Bandwidth {
  const bandwidth = parseBandwidth(text);
  if (bandwidth !== undefined) return { text, bandwidth };
  throw new InvalidArgumentError(
    `expected bits or bytes a second, such as 10Gb or 1.25GB, found ${JSON.stringify(text)}`,
  );
}

const parseRounds = (text: string): number => wholeNumber(text, 1000, "7");

function wholeNumber(text: string, most: number, example: string): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= most) return number;
  throw new InvalidArgumentError(
    `expected whole numbers from 1 to ${most}, such as ${example}, found ${JSON.stringify(text)}`,
  );
}
