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
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the launchers leave in the environment: Open MPI's mpirun OMPI_COMM_WORLD_SIZE; MPICH's Hydra, Intel MPI's, and
 * `srun --mpi=pmi2` PMI_SIZE, or, with -pmi-port, PMI_PORT alone; `srun --mpi=pmix` PMIX_RANK beside Slurm's own.
 * @returns undefined for a process that was started alone, or as the only one
 * @throws InputError where Slurm has started several that cannot find each other
 */
export function launchOf(env: Environment): Launch | undefined {
  const launch = anyLaunch(env);
  return launch === undefined || launch.size === 1 ? undefined : launch;
}

function anyLaunch(env: Environment): Launch | undefined {
  const ompi = sizeOf(env, "OMPI_COMM_WORLD_SIZE");
  if (ompi !== undefined) return { ...ompi, flavour: "openmpi" };
  const slurm = env["SLURM_STEP_ID"] === undefined ? undefined : sizeOf(env, "SLURM_STEP_NUM_TASKS");
  const pmi = sizeOf(env, "PMI_SIZE");
  if (pmi !== undefined) return { ...pmi, flavour: slurm === undefined ? "mpich" : undefined };
  if (env["PMI_PORT"] !== undefined) return { size: undefined, by: "PMI_PORT", flavour: "mpich" };
  if (slurm === undefined || slurm.size === 1) return undefined;
  if (env["PMIX_RANK"] !== undefined || env["PMI_RANK"] !== undefined) return { ...slurm, flavour: undefined };
  throw new InputError({
    where: "srun",
    expected: "processes that can find each other",
    found: `${slurm.size} of them without PMI or PMIx`,
    remedy: "pass --mpi=pmix or --mpi=pmi2 to srun, or --ntasks=1 for a single one",
  });
}

function sizeOf(env: Environment, by: string): { readonly size: number; readonly by: string } | undefined {
  const size = Number(env[by]);
  return Number.isInteger(size) && size > 0 ? { size, by } : undefined;
}
