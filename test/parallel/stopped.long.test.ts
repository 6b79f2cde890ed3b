import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { until } from "../support/wait-for.ts";

/** Longer than the run's patience with a worker. */
const STOP_MILLISECONDS = 4000;

it.skipIf(process.platform !== "linux").each(["columns", "units"])(
  "a process that was stopped goes on with its workers, to the same bits: steps cut by %s",
  async (cut) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL("../faults/stopped.ts", import.meta.url)), cut]);
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
    });
    const closed = once(child, "close");
    await until(child, () => said.includes("under way\n"));
    child.kill("SIGSTOP");
    const state = (): string => readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1][0];
    await until(child, () => state() === "T");
    await sleep(STOP_MILLISECONDS);
    child.kill("SIGCONT");
    await until(child, () => state() !== "T");
    child.stdin.write("enough\n");
    await closed;
    expect(JSON.parse(said.replace("under way\n", ""))).toEqual({ retries: [], hasSameBits: true });
  },
);
