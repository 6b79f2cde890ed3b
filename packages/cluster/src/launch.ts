/** Detects whether an MPI launcher has started this process as one of several. */
import { InputError } from "@scratch-nn/core";
import type { Flavour } from "./mpi/flavours.ts";

export interface Launch {
  /** The number of processes that the launcher reports; undefined if only MPI knows it. */
  readonly size: number | undefined;
  /** The environment variable that reports it. */
  readonly by: string;
  /** The MPI implementation of the launcher; undefined for a launcher that serves several. */
  readonly flavour: Flavour | undefined;
  /** The rank of this process, from 0, that the launcher reports; undefined if only MPI knows it. */
  readonly rank: number | undefined;
}

export interface Refusal {
  readonly error: InputError;
  /** Whether this process is the one that reports the error. */
  readonly isFirst: boolean;
}

const SLURM_SIZE = "SLURM_STEP_NUM_TASKS";

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables in which launchers report the rank. PMI_ID is MPICH's with -pmi-port. */
const RANK_VARIABLES = ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "PMI_ID", "SLURM_PROCID"] as const;

/**
 * Reads the variables that launchers set. Open MPI's mpirun sets OMPI_COMM_WORLD_SIZE. MPICH's Hydra, Intel MPI's
 * launcher and `srun --mpi=pmi2` set PMI_SIZE; with -pmi-port, only PMI_PORT. `srun --mpi=pmix` sets PMIX_RANK besides
 * Slurm's own variables.
 * @returns undefined for a process that was started alone, or as the only one
 * @throws InputError if Slurm has started several processes that cannot find each other
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
 * Checks a command that must run as one process: several would do the same work and overwrite each other's files.
 * @returns the error if a launcher has started several processes; undefined for a single one
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
