import type { ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunState } from "@scratch-nn/server/protocol";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { addressOf, runCommand } from "../support/train-cli.ts";

/** Runs a command with its page. @returns the page's state once the run has finished */
async function finishedState(args: readonly string[], cwd: string): Promise<RunState> {
  let shown: RunState | undefined;
  const onStart = async (child: ChildProcess): Promise<void> => {
    try {
      const address = await addressOf(child);
      const look = async (): Promise<string> => {
        shown = (await (await fetch(`${address}api/state`)).json()) as RunState;
        return shown.phase;
      };
      // The training waits for a visitor; an action counts as one.
      const headers = { "content-type": "application/json", origin: new URL(address).origin };
      await fetch(`${address}api/actions/go-on`, { method: "POST", headers, body: "{}" });
      await expect.poll(look).toBe("finished");
    } finally {
      child.kill("SIGINT");
    }
  };
  const { code, stderr } = await runCommand(args, { cwd, onStart });
  expect(code, stderr).toBe(0);
  return shown!;
}

describe("the page of a run of many trainings", () => {
  it("shows the figures of folds when they are done, and later from the run's folder", async () => {
    const cwd = temporaryFolder();
    const job = ["--examples", "120", "--epochs", "3", "--workers", "1"];
    const state = await finishedState(["train", ...job, "--folds", "2", "--out", "run", "--ui"], cwd);
    const { trials } = state;
    expect(trials).toMatchObject({ done: 2, of: 2 });
    const { meanAccuracy } = JSON.parse(readFileSync(join(cwd, "run/metrics.json"), "utf8")) as {
      meanAccuracy: number;
    };
    expect(trials?.figures).toContainEqual(["accuracy, mean of the folds", `${(100 * meanAccuracy).toFixed(2)} %`]);
    expect((await finishedState(["ui", "run"], cwd)).trials).toEqual(trials);
  });

  it("shows test accuracy, confusion and hash of a portfolio", async () => {
    const cwd = temporaryFolder();
    const rows = Array.from({ length: 40 }, (_, i) => `${Math.sin(i)},${Math.sin(i) > 0 ? "yes" : "no"}`);
    writeFileSync(join(cwd, "table.csv"), `a,answer\n${rows.join("\n")}\n`);
    const flags = ["--data", "table.csv", "--label", "answer", "--no-report", "--out", "run"];
    const { trials, confusion, result } = await finishedState(["train", ...flags, "--ui"], cwd);
    const metrics = JSON.parse(readFileSync(join(cwd, "run/metrics.json"), "utf8")) as Record<string, unknown>;
    expect([confusion?.counts, confusion?.classes]).toEqual([metrics["confusion"], ["no", "yes"]]);
    expect(result?.weightsSha256).toBe(metrics["weightsSha256"]);
    expect(trials?.figures?.map(([name]) => name)).toContain("test accuracy");
    const later = await finishedState(["ui", "run"], cwd);
    expect([later.trials, later.confusion, later.result]).toEqual([trials, confusion, result]);
  });
});
