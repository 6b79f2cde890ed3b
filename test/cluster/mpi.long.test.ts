/** Tests training over MPI: any number of ranks gives the same bits; ranks die; ranks differ. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LAUNCHERS, processesOf, start, startTrain, trainCommand, trainOn } from "../support/mpi.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { untilThere } from "../support/wait-for.ts";

const SMALL = ["--examples", "300", "--json", "--quiet", "--no-report"];
const JOBS: Readonly<Record<string, { readonly ranks: readonly number[]; readonly flags: readonly string[] }>> = {
  "the full batch": { ranks: [1, 3], flags: ["--epochs", "4"] },
  "mini-batches, Adam, dropout, a validation": {
    ranks: [2, 4],
    flags: [
      ...["--epochs", "3", "--batch-size", "50", "--hidden", "32", "--optimizer", "adam", "--lr", "0.01"],
      ...["--dropout", "0.3", "--validation-fraction", "0.2", "--patience", "3"],
    ],
  },
};

const sha256Of = ({ stdout }: { readonly stdout: string }): string => JSON.parse(stdout).weightsSha256;
const out = (): string[] => ["--out", join(temporaryFolder(), "run")];

describe.skipIf(LAUNCHERS.length === 0).each(LAUNCHERS.map((launcher) => [launcher.name, launcher] as const))(
  "%s",
  (_, launcher) => {
    it.each(Object.entries(JOBS))(
      "any number of ranks ends in the bits of none: %s",
      async (_, { ranks: numbers, flags }) => {
        const expected = sha256Of(await trainOn(launcher, 0, [...SMALL, ...flags, "--workers", "2", ...out()]));
        for (const ranks of numbers) {
          const run = await trainOn(launcher, ranks, [...SMALL, ...flags, "--workers", "2", ...out()]);
          expect(sha256Of(run), `${ranks} ranks`).toBe(expected);
        }
      },
    );

    it.skipIf(process.platform !== "linux")(
      "a rank that is killed ends all, and others go on to the undisturbed bits",
      async () => {
        const flags = [...SMALL, "--epochs", "60", "--batch-size", "30", "--workers", "1"];
        const expected = sha256Of(await trainOn(launcher, 0, [...flags, ...out()]));
        const [ranks, victim, then] = launcher.name === "MPICH" ? [2, 0, 3] : [3, 2, 2];
        const folder = join(temporaryFolder(), "run");
        const { child, finished } = startTrain(launcher, ranks, [...flags, "--checkpoint-every", "2", "--out", folder]);
        expect(await untilThere(child, join(folder, "checkpoints"), /./)).toBe(true);
        const found = processesOf(folder).find(({ rank }) => rank === victim);
        process.kill(found!.pid, "SIGKILL");
        expect((await finished).code).not.toBe(0);
        expect(processesOf(folder)).toEqual([]);
        const resumed = await trainOn(launcher, then, ["--resume", folder, "--json", "--quiet", "--no-report"]);
        expect(sha256Of(resumed), `rank ${victim} of ${ranks}, then ${then}`).toBe(expected);
      },
    );

    it.skipIf(process.platform !== "linux")("a rank that hangs is named by rank 0 alone, and all end", async () => {
      const folder = join(temporaryFolder(), "run");
      const flags = [...SMALL, "--epochs", "100000", "--workers", "1", "--checkpoint-every", "2", "--out", folder];
      const { child, finished } = startTrain(launcher, 3, flags, { SCRATCH_NN_MPI_PATIENCE: "3" });
      expect(await untilThere(child, join(folder, "checkpoints"), /./)).toBe(true);
      process.kill(processesOf(folder).find(({ rank }) => rank === 1)!.pid, "SIGSTOP");
      const { code, stderr } = await finished;
      expect(stderr.match(/error: .*/g)).toEqual(["error: rank 1 sends nothing for 3 seconds"]);
      expect(code).not.toBe(0);
      // MPICH's launcher does not wait for its last processes.
      await expect.poll(() => processesOf(folder)).toEqual([]);
    });

    it("a command other than train is refused once", async () => {
      const evaluate = [...trainCommand([]).slice(0, -1), "evaluate", "no-such-run", "--data", "no-such.csv"];
      const { code, stdout, stderr } = await start([launcher.command, ...launcher.args, "-n", "3", ...evaluate])
        .finished;
      expect(stderr.match(/error: .*/g)).toEqual([
        expect.stringMatching(
          /^error: evaluate: expected one process, found 3, started by a launcher \(\w+\); start it without/,
        ),
      ]);
      expect(stdout).toBe("");
      expect(code).toBe(2);
    });

    /** Starts two ranks in different folders, the second with further flags. */
    const both = (folders: readonly [string, string], more: readonly string[] = []) => {
      const flags = ["--data", "own.csv", "--recipe", "notes", "--label", "y", "--epochs", "2", "--no-report"];
      const [one, other] = folders.map((folder) => ["-wdir", folder, "-n", "1", ...trainCommand(flags)]);
      return start([launcher.command, ...launcher.args, ...one, ":", ...other, ...more]).finished;
    };
    const folderWith = (rows: number | undefined): string => {
      const folder = temporaryFolder();
      const lines = Array.from(
        { length: rows ?? 0 },
        (_, i) => `${i % 7},${(i * i) % 11},${i % 2 === 0 ? "a" : "b"}\n`,
      );
      if (rows !== undefined) writeFileSync(join(folder, "own.csv"), `u,v,y\n${lines.join("")}`);
      return folder;
    };

    it("ranks that differ are an error on rank 0, and the end of all", async () => {
      const same = await both([folderWith(60), folderWith(60)]);
      expect(same.code, same.stderr).toBe(0);
      const cases = [
        {
          run: both([folderWith(60), folderWith(60)], ["--seed", "2"]),
          says: /rank 1: expected the same flags as on rank 0, /,
        },
        { run: both([folderWith(60), folderWith(61)]), says: /rank 1: expected the data of rank 0, SHA-256 / },
        {
          run: both([folderWith(60), folderWith(undefined)]),
          says: /rank 1: expected a process that is ready to train, /,
        },
        { run: both([folderWith(undefined), folderWith(60)]), says: /--data: expected/ },
      ];
      for (const { run, says } of cases) {
        const { code, stderr } = await run;
        expect(stderr).toMatch(says);
        expect(stderr.match(/error: /g)).toHaveLength(1);
        expect(code).toBe(2);
      }
    });

    it("what only one process can do is refused", async () => {
      for (const [flags, found] of [
        [["--folds", "3"], "found --folds"],
        [["--data", "-"], "found standard input"],
        [["--shards", "1"], "ranks: expected at most 1"],
      ] as const) {
        const { code, stderr } = await trainOn(launcher, 2, ["--examples", "100", "--no-report", ...flags, ...out()]);
        expect(stderr).toContain(found);
        expect(code).toBe(2);
      }
    });
  },
);
