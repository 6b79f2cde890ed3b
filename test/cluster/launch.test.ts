import { commandLine, NothingToDo } from "@scratch-nn/cli";
import { otherByteOrder, otherThanFirst, patienceOf } from "@scratch-nn/cluster";
import { launchOf } from "@scratch-nn/cluster/launch";
import { describe, expect, it } from "vitest";

describe("launchOf", () => {
  it("knows the launchers by what they leave in the environment", () => {
    expect(launchOf({ OMPI_COMM_WORLD_SIZE: "4" })).toEqual({
      size: 4,
      by: "OMPI_COMM_WORLD_SIZE",
      flavour: "openmpi",
    });
    expect(launchOf({ PMI_SIZE: "3", PMI_RANK: "0" })).toEqual({
      size: 3,
      by: "PMI_SIZE",
      flavour: "mpich",
      rank: 0,
    });
    expect(launchOf({ PMI_PORT: "host:4711", PMI_ID: "1" })).toEqual({
      size: undefined,
      by: "PMI_PORT",
      flavour: "mpich",
      rank: 1,
    });
    const slurm = { SLURM_STEP_ID: "0", SLURM_STEP_NUM_TASKS: "8" };
    expect(launchOf({ ...slurm, PMIX_RANK: "1" })).toEqual({
      size: 8,
      by: "SLURM_STEP_NUM_TASKS",
      flavour: undefined,
      rank: 1,
    });
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

describe("a command under a launcher", () => {
  const parse = (args: readonly string[], env: NodeJS.ProcessEnv) =>
    commandLine(() => {}, env).parseAsync([...args], { from: "user" });
  const COMMANDS: readonly (readonly string[])[] = [
    ["sweep"],
    ["predict", "no-such-run", "--data", "no-such.csv"],
    ["evaluate", "no-such-run", "--data", "no-such.csv"],
    ["report", "no-such-run"],
    ["export", "no-such-run", "--format", "onnx"],
    ["import", "no-such.npz", "--out", "no-such.safetensors"],
    ["verify", "no-such-run"],
    ["ui", "no-such-run"],
    ["runs"],
    ["runs", "clean"],
  ];

  it("is refused by the first process alone, unless it is train", async () => {
    const several = [
      { OMPI_COMM_WORLD_SIZE: "4", OMPI_COMM_WORLD_RANK: "0" },
      { PMI_SIZE: "4", PMI_RANK: "0" },
      { SLURM_STEP_ID: "0", SLURM_STEP_NUM_TASKS: "4", SLURM_PROCID: "0" },
    ];
    for (const args of COMMANDS) {
      for (const env of several) {
        const refused = `${args[0]}: expected one process, found 4, started by a launcher (${Object.keys(env).find((name) => /SIZE|NUM/.test(name))})`;
        await expect(parse(args, env), args.join(" ")).rejects.toThrow(refused);
      }
      await expect(parse(args, { PMI_PORT: "host:1", PMI_ID: "3" })).rejects.toThrow(NothingToDo);
    }
    const names = commandLine(() => {}).commands.map((command) => command.name());
    expect(new Set(COMMANDS.map(([name]) => name))).toEqual(new Set(names.filter((name) => name !== "train")));
  });
});

describe("patienceOf", () => {
  it("is five minutes, or what the variable says, and refuses what is no number of seconds", () => {
    expect(patienceOf({})).toBe(300_000);
    expect(patienceOf({ SCRATCH_NN_MPI_PATIENCE: "2.5" })).toBe(2500);
    for (const found of ["0", "long", "1e9", "-3", "NaN"]) {
      expect(() => patienceOf({ SCRATCH_NN_MPI_PATIENCE: found })).toThrow(
        `SCRATCH_NN_MPI_PATIENCE: expected seconds for which another rank may be silent, from 1 to 86400, found ${found}; `,
      );
    }
  });
});

describe("ranks that differ", () => {
  const first = { version: "1.2.0", flags: "train --epochs 3" };

  it("are named with what differs: version, flags, or what cannot be read", () => {
    expect(otherThanFirst([first, { ...first }, { ...first }])).toBeUndefined();
    expect(otherThanFirst([first, first, { ...first, version: "1.3.0" }])).toMatchObject({
      where: "rank 2",
      expected: "the same version as on rank 0, 1.2.0",
      found: "1.3.0",
    });
    expect(otherThanFirst([first, { ...first, flags: "train" }])).toMatchObject({ where: "rank 1", found: "train" });
    expect(otherThanFirst([first, { ...first, more: "x" }])).toMatchObject({
      expected: "the same more as on rank 0, none",
    });
    expect(otherThanFirst([first, undefined])).toMatchObject({ where: "rank 1", found: "another" });
    expect(otherThanFirst([undefined, first])).toMatchObject({ where: "rank 1", found: "1.2.0" });
  });

  it("have one byte order", () => {
    expect(otherByteOrder(["LE", "LE"])).toBeUndefined();
    expect(otherByteOrder(["LE", "LE", "BE"])).toMatchObject({
      where: "rank 2",
      expected: "the byte order of rank 0, LE",
      found: "BE",
    });
  });
});
