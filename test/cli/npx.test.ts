import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { areStillWaitedFor, waitingBelowNpx } from "@scratch-nn/cli";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, MAIN } from "../support/train-cli.ts";

const NPX = { npm_lifecycle_event: "npx", npm_lifecycle_script: "'pnpm'" };
const COMMAND = { npm_lifecycle_event: "npx", npm_lifecycle_script: "scratch-nn" };
const SCRIPT = { npm_lifecycle_event: "train", npm_lifecycle_script: "node packages/cli/src/main.ts train --epochs 3" };

/** A process as /proc shows it: pid, parent, environment. */
type Shown = readonly [pid: number, parent: number, env: Readonly<Record<string, string>>];

function show(proc: string, processes: readonly Shown[]): void {
  for (const [pid, parent, env] of processes) {
    mkdirSync(join(proc, String(pid)), { recursive: true });
    writeFileSync(join(proc, `${pid}/stat`), `${pid} (a (b) c) S ${parent} 1 1 0`);
    writeFileSync(
      join(proc, `${pid}/environ`),
      Object.entries(env)
        .map(([name, value]) => `${name}=${value}\0`)
        .join(""),
    );
  }
}

describe("the processes that npx waits for", () => {
  const below = (...processes: Shown[]) => {
    const proc = temporaryFolder();
    show(proc, processes);
    return { proc, waiting: waitingBelowNpx(proc, 60) };
  };

  it("are pnpm and its shell, where the training is a script of pnpm's", () => {
    const { proc, waiting } = below(
      [60, 50, SCRIPT],
      [50, 40, SCRIPT],
      [40, 30, NPX],
      [30, 20, NPX],
      [20, 10, {}],
      [10, 1, {}],
    );
    expect(waiting.map(({ pid }) => pid)).toEqual([40, 30]);
    expect(areStillWaitedFor(proc, waiting)).toBe(true);
    // The shell that called npx is gone, which does not concern npx.
    show(proc, [[20, 1, {}]]);
    expect(areStillWaitedFor(proc, waiting)).toBe(true);
    show(proc, [[40, 1, NPX]]);
    expect(areStillWaitedFor(proc, waiting)).toBe(false);
  });

  it("are the training itself and its shell, where npx runs that", () => {
    const { waiting } = below([60, 50, COMMAND], [50, 20, COMMAND], [20, 10, {}]);
    expect(waiting.map(({ pid }) => pid)).toEqual([60, 50]);
  });

  it.each<[string, Shown[]]>([
    [
      "called from a shell",
      [
        [60, 50, {}],
        [50, 1, {}],
      ],
    ],
    [
      "that pnpm runs, called from a shell",
      [
        [60, 50, SCRIPT],
        [50, 40, SCRIPT],
        [40, 30, {}],
        [30, 1, {}],
      ],
    ],
    [
      "that another script runs",
      [
        [60, 50, { ...SCRIPT, npm_lifecycle_script: "scratch-nn train &" }],
        [50, 40, NPX],
        [40, 20, NPX],
        [20, 1, {}],
      ],
    ],
    [
      "that another program of npx's runs",
      [
        [60, 50, { ...NPX, npm_lifecycle_script: "vitest" }],
        [50, 20, {}],
        [20, 1, {}],
      ],
    ],
    [
      "that npx put into the background",
      [
        [60, 50, { ...NPX, npm_lifecycle_script: "scratch-nn train &" }],
        [50, 20, {}],
        [20, 1, {}],
      ],
    ],
    [
      "that a program of pnpm's runs",
      [
        [60, 50, NPX],
        [50, 40, NPX],
        [40, 20, NPX],
        [20, 1, {}],
      ],
    ],
    ["of which nothing is known", []],
  ])("are none for a training %s", (_, processes) => {
    expect(below(...processes).waiting).toEqual([]);
  });
});

describe.skipIf(!existsSync("/proc/self/environ"))("npx that is ended by SIGTERM", () => {
  it.each([0, 1])("leaves no training behind: it is saved (%i)", async (which) => {
    const cwd = temporaryFolder();
    const args = [
      "train",
      "--examples",
      "200",
      "--epochs",
      "1000000",
      "--checkpoint-every",
      "1",
      "--out",
      "kept",
      ...ALONE,
    ];
    // Shells that play npx, its shell, and pnpm; each waits for the next.
    writeFileSync(
      join(cwd, "npx.sh"),
      "echo $$ > 0; npm_lifecycle_event=npx npm_lifecycle_script=pnpm sh shell.sh; true",
    );
    writeFileSync(join(cwd, "shell.sh"), "echo $$ > 1; sh pnpm.sh; true");
    writeFileSync(
      join(cwd, "pnpm.sh"),
      `npm_lifecycle_event=train npm_lifecycle_script='node packages/cli/src/main.ts train' ${[process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(" ")}; echo $? > code; true`,
    );
    spawn("sh", ["npx.sh"], { cwd, stdio: "ignore" });
    onTestFinished(() => {
      const lock = join(cwd, "kept/.scratch-nn.lock");
      // Kills the training if it did not end.
      if (existsSync(lock)) process.kill(JSON.parse(readFileSync(lock, "utf8")).pid, "SIGKILL");
    });
    const there = (path: string): boolean => existsSync(join(cwd, path));
    await eventually(() => there("kept/checkpoints") && readdirSync(join(cwd, "kept/checkpoints")).length > 0);
    process.kill(Number(readFileSync(join(cwd, String(which)), "utf8")), "SIGTERM");
    await eventually(() => there("code") && readFileSync(join(cwd, "code"), "utf8") !== "");
    expect(readFileSync(join(cwd, "code"), "utf8").trim()).toBe("143");
    expect(there("kept/model.safetensors")).toBe(true);
  });
});

async function eventually(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
