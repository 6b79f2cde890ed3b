/**
 * `pnpm bench mpi`: compares sums of f32 over ranks along our tree, with MPI as transport, with MPI_Allreduce, which
 * chooses its own order of additions.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import type { SuiteContext } from "../command/options.ts";
import type { Report } from "../figures/report.ts";
import { figureOf, markdown } from "../figures/statistics.ts";
import type { MpiFigures } from "./mpi-rank.ts";

const RANK = resolve(import.meta.dirname, "mpi-rank.ts");
const RANKS = [2, 4];
const ROUNDS = 200;
const QUICK_ROUNDS = 50;

/** Launchers, with the flags to start more ranks than cores, also in a container. */
const LAUNCHERS = [
  { command: "mpirun.openmpi", flags: ["--oversubscribe", "--bind-to", "none"] },
  { command: "mpirun.mpich", flags: [] },
  { command: "mpirun", flags: [] },
];
const ENV = { ...process.env, OMPI_ALLOW_RUN_AS_ROOT: "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1" };

export async function mpiReport({ isQuick, signal }: SuiteContext): Promise<Report> {
  const rows = [];
  const libraries = new Set<string>();
  for (const launcher of LAUNCHERS) {
    if (spawnSync(launcher.command, ["--version"], { env: ENV }).status !== 0) continue;
    for (const ranks of RANKS) {
      if (signal.aborted) break;
      const found = await run(launcher, ranks, isQuick ? QUICK_ROUNDS : ROUNDS);
      // `mpirun` may be an alias of a launcher that was measured already.
      if (launcher.command === "mpirun" && libraries.has(found[0].library)) break;
      if (ranks === RANKS.at(-1)) libraries.add(found[0].library);
      rows.push(...found.map(summarised));
    }
  }
  if (rows.length === 0) process.stderr.write("no mpirun here: nothing is measured\n");
  return {
    title: "mpi: sums of f32 over the ranks of one machine, microseconds",
    text: markdown(
      [
        "MPI",
        "ranks",
        "floats",
        "along our tree",
        "least",
        "p99",
        "MPI_Allreduce",
        "least",
        "p99",
        "ours / MPI's",
        "of the least",
        "bits of the tree",
      ],
      rows.map((row) => [
        row.library,
        String(row.ranks),
        row.floats.toLocaleString("en-US"),
        row.ours.toFixed(0),
        row.least.toFixed(0),
        row.ours99.toFixed(0),
        row.mpis.toFixed(0),
        row.mpisLeast.toFixed(0),
        row.mpis99.toFixed(0),
        (row.ours / row.mpis).toFixed(2),
        (row.least / row.mpisLeast).toFixed(2),
        row.isTree ? "yes" : "NO",
      ]),
    ),
    rows,
    bars: [],
  };
}

function summarised({ ours, mpis, ...rest }: MpiFigures) {
  const p99 = (values: readonly number[]): number =>
    [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(0.99 * values.length))];
  return {
    ...rest,
    ours: figureOf(ours).median,
    least: Math.min(...ours),
    ours99: p99(ours),
    mpis: figureOf(mpis).median,
    mpisLeast: Math.min(...mpis),
    mpis99: p99(mpis),
  };
}

async function run(
  { command, flags }: (typeof LAUNCHERS)[number],
  ranks: number,
  rounds: number,
): Promise<readonly MpiFigures[]> {
  const child = spawn(command, [...flags, "-n", String(ranks), process.execPath, RANK, String(rounds)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: ENV,
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} -n ${ranks} ended with ${code}`);
  return JSON.parse(said) as MpiFigures[];
}
