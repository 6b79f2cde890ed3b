/**
 * Tests several hosts (see support/hosts.ts), joined by the launcher over ssh: they give the same bits, and a host
 * vanishes.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canHaveHosts, startHosts } from "../support/hosts.ts";
import { LAUNCHERS, processesOf, trainOn } from "../support/mpi.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { untilThere } from "../support/wait-for.ts";

const FLAGS = ["--examples", "300", "--batch-size", "50", "--workers", "1", "--json", "--quiet", "--no-report"];
const LONGER = [...FLAGS, "--epochs", "200", "--checkpoint-every", "20"];

const sha256Of = ({ stdout }: { readonly stdout: string }): string => JSON.parse(stdout).weightsSha256;

describe.skipIf(!canHaveHosts).each(LAUNCHERS.map((launcher) => [launcher.name, launcher] as const))(
  "hosts, %s",
  (_, launcher) => {
    it("one rank on each of four ends in the bits of a single process", async () => {
      const hosts = await startHosts(4);
      const folder = temporaryFolder();
      const flags = [...FLAGS, "--epochs", "3", "--out"];
      const alone = await trainOn(launcher, 0, [...flags, join(folder, "alone")]);
      const run = await hosts.train(launcher, [...flags, join(folder, "four")]).finished;
      expect(run.code, run.stderr).toBe(0);
      expect(sha256Of(run)).toBe(sha256Of(alone));
    });

    it("one that vanishes ends all on the others, and the run goes on to the undisturbed bits", async () => {
      const hosts = await startHosts(3);
      const [folder, undisturbed] = [temporaryFolder(), temporaryFolder()].map((each) => join(each, "run"));
      const run = hosts.train(launcher, [...LONGER, "--out", folder], { SCRATCH_NN_MPI_PATIENCE: "20" });
      expect(await untilThere(run.child, join(folder, "checkpoints"), /./)).toBe(true);
      hosts.vanish(3);
      const { code, stderr } = await run.finished;
      expect(code).not.toBe(0);
      // Either the launcher or a rank detects it first.
      expect(stderr).toMatch(/lost communication with a remote daemon|rank 2 sends nothing for 20 seconds/);
      // MPICH's launcher does not wait for its last processes.
      await expect.poll(() => processesOf(folder).filter(({ rank }) => rank >= 0)).toEqual([]);
      const [resumed, expected] = await Promise.all([
        trainOn(launcher, 2, ["--resume", folder, "--json", "--quiet", "--no-report"]),
        trainOn(launcher, 0, [...LONGER, "--out", undisturbed]),
      ]);
      expect(sha256Of(resumed)).toBe(sha256Of(expected));
    });
  },
);
