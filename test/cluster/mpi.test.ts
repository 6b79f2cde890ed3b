/** Tests one short run over MPI; mpi.long.test.ts tests more. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { LAUNCHERS, start, trainCommand, trainOn } from "../support/mpi.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const FLAGS = ["--examples", "200", "--batch-size", "50", "--epochs", "2", "--workers", "1", "--json", "--no-report"];

describe.skipIf(LAUNCHERS.length === 0)("train on two ranks", () => {
  it("prints once, ends in the bits of one process, and says which MPI", async () => {
    const [launcher] = LAUNCHERS;
    const [alone, both] = await Promise.all(
      [0, 2].map((ranks) => trainOn(launcher, ranks, [...FLAGS, "--out", join(temporaryFolder(), "run")])),
    );
    expect(both.stderr).toContain(`2 processes, ${launcher.name}`);
    expect(both.code).toBe(0);
    const [expected, found] = [alone, both].map(({ stdout }) => JSON.parse(stdout));
    expect(found.weightsSha256).toBe(expected.weightsSha256);
    expect(found.trainLoss).toBe(expected.trainLoss);
    expect(existsSync(join(found.out, "model.safetensors"))).toBe(true);
  });
});

describe("a launcher without its library", () => {
  const env = { PMI_SIZE: "2", PMI_RANK: "0", SCRATCH_NN_MPI: "no-such-library.so" };

  it("is an error that says how koffi is installed, where that is missing", async () => {
    const noKoffi = new URL("../support/no-koffi.mjs", import.meta.url).href;
    const { code, stderr } = await start(trainCommand(FLAGS), { ...env, NODE_OPTIONS: `--import ${noKoffi}` }).finished;
    expect(stderr).toBe(
      "error: PMI_SIZE: expected koffi, through which MPI's library is called by 2 processes, found no such package, or not for this " +
        "system; install it (npm install koffi), or start one process without a launcher\n",
    );
    expect(code).toBe(2);
  });

  it("is an error that names both", async () => {
    const { code, stderr } = await start(trainCommand(FLAGS), env).finished;
    expect(code).toBe(2);
    expect(stderr).toContain(
      "PMI_SIZE: expected the library of MPICH, whose launcher has started 2 processes, found none of no-such-library.so",
    );
  });
});

describe.skipIf(process.platform === "win32")("a last call to MPI that does not return", () => {
  it("is ended after some time, with the exit code of the run", async () => {
    const stuck = fileURLToPath(new URL("../support/stuck-at-the-end.ts", import.meta.url));
    const [success, failure] = await Promise.all(
      ["0", "3"].map((code) => start([process.execPath, stuck, code, "100"]).finished),
    );
    expect([success, failure]).toEqual(
      [0, 3].map((code) => ({ code, stdout: "all is said\n", stderr: expect.any(String) })),
    );
  });
});
