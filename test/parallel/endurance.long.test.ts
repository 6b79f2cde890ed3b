import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { REPOSITORY } from "../support/packed.ts";

it("runs with dying workers, and runs that are killed or upset, end in the bits of undisturbed ones (pnpm endurance, shortened)", async () => {
  const args = ["--import", "./test/faults/injector.ts", join("test", "faults", "endurance.ts")];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...args, "--deaths", "4", "--kills", "2", "--upsets", "6", "--seed", "7"],
    {
      cwd: REPOSITORY,
    },
  );
  expect(stdout).toBe(
    [
      "runs with a worker that died: 4 of 4 ended in the bits of an undisturbed one",
      "runs that were killed: 2 of 2 ended in the bits of an undisturbed one",
      "runs that were upset: 6 of 6 ended in the bits of an undisturbed one",
      "",
    ].join("\n"),
  );
  // A machine under load takes six minutes.
}, 3_600_000);
