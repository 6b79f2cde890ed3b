import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { train, trainJson } from "../support/train-cli.ts";

const JOB = ["--examples", "600", "--hidden", "16", "--batch-size", "96", "--epochs", "20", "--workers", "2"];
const INJECTOR = fileURLToPath(new URL("../faults/injector.ts", import.meta.url));

it("the main thread's own failure leaves what was learnt, and the run can go on from there", async () => {
  const cwd = temporaryFolder();
  const undisturbed = await trainJson([...JOB, "--out", "undisturbed"], { cwd });
  const failed = await train([...JOB, "--out", "failed", "--quiet"], {
    cwd,
    // Main takes at least one task in every step for which its worker is late.
    env: { FAULT_THREAD: "main", FAULT_PLACE: "taking", FAULT_KIND: "throw", FAULT_CALL: "30", FAULT_MARKS: cwd },
    nodeOptions: ["--import", INJECTOR],
  });
  expect(failed.stderr).toMatch(/^error: injected/m);
  expect(failed.stderr).toMatch(
    /what was learnt before the failure is in .*step-\d+\.checkpoint; go on with: pnpm train --resume/,
  );
  expect(failed.code).toBe(1);
  const resumed = await trainJson(["--resume", "failed"], { cwd });
  expect(resumed.weightsSha256).toBe(undisturbed.weightsSha256);
});
