/** Whether an MPI launcher has started this process, as one of several. */
import { InputError } from "@scratch-nn/core";
import type { Flavour } from "./mpi/flavours.ts";

export interface Launch {
  /** How many processes there are, as the launcher says; undefined where only MPI will tell. */
  readonly size: number | undefined;
  /** The variable that says so. */
  readonly by: string;
  /** Whose launcher it is; undefined where it serves several. */
  readonly flavour: Flavour | undefined;
  /** Which of the processes this one is, from 0, as the launcher says; undefined where only MPI will tell. */
  readonly rank: number | undefined;
}

export interface Refusal {
  readonly error: InputError;
  /** Whether this process is to report the error: one of them does. */
  readonly isFirst: boolean;
}

const SLURM_SIZE = "SLURM_STEP_NUM_TASKS";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where launchers say which of the processes one is; PMI_ID is that of MPICH's with -pmi-port. */
const RANK_VARIABLES = ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "PMI_ID", "SLURM_PROCID"] as const;

/**
 * What the launchers leave in the environment: Open MPI's mpirun OMPI_COMM_WORLD_SIZE; MPICH's Hydra, Intel MPI's, and
 * `srun --mpi=pmi2` PMI_SIZE, or, with -pmi-port, PMI_PORT alone; `srun --mpi=pmix` PMIX_RANK beside Slurm's own.
 * @returns undefined for a process that was started alone, or as the only one
 * @throws InputError where Slurm has started several that cannot find each other
 */
export function launchOf(env: Environment): Launch | undefined {
  const launch = anyLaunch(env);
  if (launch === undefined || launch.size === 1) return undefined;
  if (launch.by !== SLURM_SIZE || env["PMIX_RANK"] !== undefined || env["PMI_RANK"] !== undefined) return launch;
  throw new InputError({
    where: "srun",
    expected: "processes that can find each other",
    found: `${launch.size} of them without PMI or PMIx`,
    remedy: "pass --mpi=pmix or --mpi=pmi2 to srun, or --ntasks=1 for a single one",
  });
}

/**
 * For a command that only one process can run: several would all do the same and overwrite each other's files.
 * @returns the error when a launcher has started several; undefined for a process on its own
 */
export function refusalOfMany(command: string, env: Environment): Refusal | undefined {
  const launch = anyLaunch(env);
  if (launch === undefined || launch.size === 1) return undefined;
  const error = new InputError({
    where: command,
    expected: "one process",
    found: `${launch.size ?? "one of several"}, started by a launcher (${launch.by})`,
    remedy: "start it without the launcher: of all commands, only train shares its work between processes",
  });
  return { error, isFirst: (launch.rank ?? 0) === 0 };
}

function anyLaunch(env: Environment): Launch | undefined {
  const rank = RANK_VARIABLES.map((name) => wholeNumber(env[name])).find((found) => found !== undefined);
  const ompi = sizeOf(env, "OMPI_COMM_WORLD_SIZE");
  if (ompi !== undefined) return { ...ompi, flavour: "openmpi", rank };
  const slurm = env["SLURM_STEP_ID"] === undefined ? undefined : sizeOf(env, SLURM_SIZE);
  const pmi = sizeOf(env, "PMI_SIZE");
  if (pmi !== undefined) return { ...pmi, flavour: slurm === undefined ? "mpich" : undefined, rank };
  if (env["PMI_PORT"] !== undefined) return { size: undefined, by: "PMI_PORT", flavour: "mpich", rank };
  return slurm && { ...slurm, flavour: undefined, rank };
}

function sizeOf(env: Environment, by: string): { readonly size: number; readonly by: string } | undefined {
  const size = wholeNumber(env[by]);
  return size === undefined || size === 0 ? undefined : { size, by };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
