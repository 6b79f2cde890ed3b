import { launchOf } from "@scratch-nn/cluster/launch";
import { describe, expect, it } from "vitest";

describe("launchOf", () => {
  it("knows the launchers by what they leave in the environment", () => {
    expect(launchOf({ OMPI_COMM_WORLD_SIZE: "4" })).toEqual({
      size: 4,
      by: "OMPI_COMM_WORLD_SIZE",
      flavour: "openmpi",
    });
    expect(launchOf({ PMI_SIZE: "3", PMI_RANK: "0" })).toEqual({ size: 3, by: "PMI_SIZE", flavour: "mpich" });
    expect(launchOf({ PMI_PORT: "host:4711", PMI_ID: "1" })).toMatchObject({ size: undefined, flavour: "mpich" });
    const slurm = { SLURM_STEP_ID: "0", SLURM_STEP_NUM_TASKS: "8" };
    expect(launchOf({ ...slurm, PMIX_RANK: "1" })).toEqual({ size: 8, by: "SLURM_STEP_NUM_TASKS", flavour: undefined });
    expect(launchOf({ ...slurm, PMI_RANK: "1", PMI_SIZE: "8" })).toMatchObject({ size: 8, flavour: undefined });
  });

  it("leaves one process alone, and a script within a Slurm job", () => {
    expect(launchOf({})).toBeUndefined();
    expect(launchOf({ OMPI_COMM_WORLD_SIZE: "1" })).toBeUndefined();
    expect(launchOf({ PMI_SIZE: "1" })).toBeUndefined();
    expect(launchOf({ SLURM_NTASKS: "8", SLURM_PROCID: "0" })).toBeUndefined();
    expect(launchOf({ SLURM_STEP_ID: "0", SLURM_STEP_NUM_TASKS: "1" })).toBeUndefined();
    expect(launchOf({ PMI_SIZE: "many" })).toBeUndefined();
  });

  it("refuses processes of Slurm that cannot find each other", () => {
    expect(() => launchOf({ SLURM_STEP_ID: "2", SLURM_STEP_NUM_TASKS: "8", SLURM_PROCID: "3" })).toThrow(
      "srun: expected processes that can find each other, found 8 of them without PMI or PMIx; pass --mpi=pmix",
    );
  });
});
