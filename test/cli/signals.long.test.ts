import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isNohup } from "@scratch-nn/cli";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { statusOf, train } from "../support/train-cli.ts";
import { until, untilSaid, untilThere } from "../support/wait-for.ts";

const LONG = ["--examples", "600", "--epochs", "1000000", "--out", "kept"];

describe.each(["0", "2"])("with %s workers", (workers) => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s saves the network as it is and exits with %i", async (signal, expected) => {
    const cwd = temporaryFolder();
    const { code, stderr } = await train([...LONG, "--workers", workers], {
      cwd,
      async onStart(child) {
        await untilSaid(child, "kernels");
        child.kill(signal);
      },
    });
    expect(code).toBe(expected);
    expect(stderr).toMatch(new RegExp(`${signal}: saving what there is`));
    expect(stderr).toMatch(
      /stopped after \d+ of 1000000 epochs; the network as it is now is in kept\ngo on with: pnpm train --resume kept\n$/,
    );
    const metrics = JSON.parse(readFileSync(join(cwd, "kept/metrics.json"), "utf8"));
    expect(metrics).toMatchObject({ completed: false, testAccuracy: null });
    expect(existsSync(join(cwd, "kept/model.safetensors"))).toBe(true);
  });
});

describe("a second signal", () => {
  it("ends the process at once, and what was saved before stays", async () => {
    const cwd = temporaryFolder();
    // A signal from outside could come too late: the process sends it to itself, before it handles the first one.
    const again = "process.on('SIGINT', () => process.kill(process.pid, 'SIGTERM'))";
    const finished = await train([...LONG, "--checkpoint-every", "1"], {
      cwd,
      nodeOptions: ["--import", `data:text/javascript,${again}`],
      async onStart(child) {
        await untilThere(child, join(cwd, "kept/checkpoints"), /checkpoint$/);
        child.kill("SIGINT");
      },
    });
    const { stderr } = finished;
    expect(statusOf(finished)).toBe(143);
    expect(stderr).toMatch(/SIGINT: saving what there is/);
    expect(stderr).not.toMatch(/stopped after/);
    expect(readdirSync(join(cwd, "kept/checkpoints")).some((name) => name.endsWith(".checkpoint"))).toBe(true);
  });
});

describe("before there is anything to save", () => {
  it("SIGINT ends the process and leaves nothing under the run's name", async () => {
    const cwd = temporaryFolder();
    const { signal, code } = await train(["--examples", "2000000", "--out", "kept"], {
      cwd,
      async onStart(child) {
        await untilThere(child, cwd, /kept/);
        child.kill("SIGINT");
      },
    });
    expect([signal, code]).toEqual([null, 130]);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("a terminal that is closed", () => {
  it("costs what would be said, not what is saved", async () => {
    const cwd = temporaryFolder();
    const { code } = await train([...LONG, "--checkpoint-every", "1"], {
      cwd,
      async onStart(child) {
        await untilThere(child, join(cwd, "kept/checkpoints"), /checkpoint$/);
        child.stdout!.destroy();
        child.stderr!.destroy();
        child.kill("SIGHUP");
      },
    });
    expect(code).toBe(129);
    expect(JSON.parse(readFileSync(join(cwd, "kept/metrics.json"), "utf8"))).toMatchObject({ completed: false });
    expect(existsSync(join(cwd, "kept/model.safetensors"))).toBe(true);
  });
});

describe("under nohup", () => {
  const checkpointsOf = (cwd: string): string[] => readdirSync(join(cwd, "kept/checkpoints")).sort();

  it("SIGHUP does nothing, and SIGTERM what it does", async () => {
    const cwd = temporaryFolder();
    const { code, stderr } = await train([...LONG, "--checkpoint-every", "1"], {
      cwd,
      // Shells set this for a command under nohup.
      env: { _: "/usr/bin/nohup" },
      async onStart(child) {
        await untilThere(child, join(cwd, "kept/checkpoints"), /checkpoint$/);
        child.kill("SIGHUP");
        const before = checkpointsOf(cwd);
        await until(child, () => checkpointsOf(cwd).every((name) => !before.includes(name)));
        child.kill("SIGTERM");
      },
    });
    expect(code).toBe(143);
    expect(stderr).not.toContain("SIGHUP");
  });

  it("is found out by what shells tell, by the name of the output, and by what the parent ignores", () => {
    const proc = temporaryFolder();
    mkdirSync(join(proc, "self/fd"), { recursive: true });
    mkdirSync(join(proc, "77"));
    const look = (env: Record<string, string>): boolean => isNohup({ env, proc, parent: 77 });
    writeFileSync(join(proc, "77/status"), "Name:\tsh\nSigBlk:\t0000000000010000\nSigIgn:\t0000000000000006\n");
    expect(look({})).toBe(false);
    expect(look({ _: "/usr/bin/node" })).toBe(false);
    expect(look({ _: "/usr/bin/nohup" })).toBe(true);
    writeFileSync(join(proc, "77/status"), "Name:\tsh\nSigIgn:\t0000000000000007\n");
    expect(look({})).toBe(true);
    rmSync(join(proc, "77"), { recursive: true });
    expect(look({})).toBe(false);
    symlinkSync("/home/somebody/nohup.out", join(proc, "self/fd/1"));
    expect(look({})).toBe(true);
  });
});
