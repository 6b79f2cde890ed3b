/** Finds the MPI launchers of this machine, and starts commands with them. */
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./packed.ts";
import { isThorough } from "./thorough.ts";

export interface Launcher {
  readonly name: "Open MPI" | "MPICH";
  readonly command: string;
  /** Arguments before `-n`. */
  readonly args: readonly string[];
}

const NAMES = ["mpirun.openmpi", "mpirun.mpich", "mpirun"];

/** Allow more ranks than cores, and containers. */
const OPENMPI_ARGS = ["--oversubscribe", "--bind-to", "none"];
const ENV = { ...process.env, OMPI_ALLOW_RUN_AS_ROOT: "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1" };

function launchers(): Launcher[] {
  const found = new Map<string, Launcher>();
  for (const command of NAMES) {
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8", env: ENV });
    if (status !== 0) continue;
    const name = stdout.includes("Open MPI") || stdout.includes("OpenRTE") ? "Open MPI" : "MPICH";
    if (!found.has(name)) found.set(name, { name, command, args: name === "Open MPI" ? OPENMPI_ARGS : [] });
  }
  if (found.size === 0) process.stderr.write("no mpirun here: what needs MPI is skipped\n");
  return [...found.values()];
}

/** All launchers of this machine if the suite is thorough, else the first. */
export const LAUNCHERS: readonly Launcher[] = isThorough ? launchers() : launchers().slice(0, 1);

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line of `train`. */
export const trainCommand = (flags: readonly string[]): readonly string[] => [
  process.execPath,
  join(REPOSITORY, "packages/cli/src/main.ts"),
  "train",
  ...flags,
];

/** Starts a command line. */
export function start([file, ...args]: readonly string[], env = {}) {
  const child = spawn(file, args, { env: { ...ENV, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const finished = new Promise<Finished>((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
  return { child, finished };
}

/** Starts `train` with this many ranks; with 0, without a launcher. */
export function startTrain({ command, args }: Launcher, ranks: number, flags: readonly string[], env = {}) {
  return start([...(ranks === 0 ? [] : [command, ...args, "-n", String(ranks)]), ...trainCommand(flags)], env);
}

export const trainOn = (launcher: Launcher, ranks: number, flags: readonly string[]): Promise<Finished> =>
  startTrain(launcher, ranks, flags).finished;

/** The processes whose command lines contain a text, with their ranks; -1 for a process without a rank. */
export function processesOf(text: string): { readonly pid: number; readonly rank: number }[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid)) return [];
    try {
      if (!readFileSync(`/proc/${name}/cmdline`, "utf8").includes(text)) return [];
      const [, rank] = /(?:^|\0)(?:OMPI_COMM_WORLD_RANK|PMI_RANK)=(\d+)/.exec(
        readFileSync(`/proc/${name}/environ`, "latin1"),
      ) ?? ["", "-1"];
      return [{ pid, rank: Number(rank) }];
    } catch {
      return [];
    }
  });
}
