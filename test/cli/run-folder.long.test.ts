import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { trainHere, trainJsonHere } from "../support/here.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train } from "../support/train-cli.ts";
import { until, untilSaid, untilThere } from "../support/wait-for.ts";

const SMALL = ["--examples", "200", "--epochs", "2", ...ALONE];
/** Draws digits for minutes before there is anything to save. */
const DRAWING = ["--examples", "2000000", "--out", "kept"];
const LONG = ["--examples", "600", "--epochs", "1000000", "--out", "kept", ...ALONE];

describe("what a run leaves that is killed", () => {
  it("before it has anything to go on from does not block --out", async () => {
    const cwd = temporaryFolder();
    const killed = await train(DRAWING, {
      cwd,
      async onStart(child) {
        await untilThere(child, join(cwd, "kept"), /checkpoints/);
        child.kill("SIGKILL");
      },
    });
    expect(killed.signal).toBe("SIGKILL");
    expect(readdirSync(join(cwd, "kept"))).toContain("checkpoints");
    const { code, stderr } = await trainHere(["--resume", "kept"], { cwd });
    expect(stderr).toMatch(/has nothing to go on from: start it again by --out\n$/);
    expect(code).toBe(2);
    await trainJsonHere([...SMALL, "--out", "kept"], { cwd });
    expect(readdirSync(join(cwd, "kept")).sort()).toEqual([
      "checkpoints",
      "config.json",
      "environment.json",
      "metrics.csv",
      "metrics.json",
      "model.safetensors",
    ]);
  });

  it.each([
    ["nothing", []],
    ["a lock", [".scratch-nn.lock"]],
    ["half a lock", [".scratch-nn.lock.0123456789ab.part", "checkpoints/"]],
    ["half a config", ["checkpoints/", ".scratch-nn.lock", "config.json.0123456789ab.part"]],
    ["half a checkpoint", ["checkpoints/", "checkpoints/step-000000000000.checkpoint.0123456789ab.part"]],
  ])("is cleared away: %s", async (_, names) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "kept"));
    for (const name of names) {
      if (name.endsWith("/")) mkdirSync(join(cwd, "kept", name));
      else writeFileSync(join(cwd, "kept", name), "");
    }
    await trainJsonHere([...SMALL, "--out", "kept"], { cwd });
    expect(readdirSync(join(cwd, "kept")).filter((name) => /part$|lock$/.test(name))).toEqual([]);
  });

  it.each(["checkpoints/mine.txt", "mine.part", "config.json"])("is nothing else: %s stays", async (name) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "kept/checkpoints"), { recursive: true });
    writeFileSync(join(cwd, "kept", name), "mine");
    const { code, stderr } = await trainHere([...SMALL, "--out", "kept"], { cwd });
    expect(stderr).toMatch(/--out: expected a new or empty folder, found one that holds /);
    expect(code).toBe(2);
    expect(readFileSync(join(cwd, "kept", name), "utf8")).toBe("mine");
  });

  it("once it has its config can be resumed", async () => {
    const cwd = temporaryFolder();
    await train([...LONG, "--quiet"], {
      cwd,
      async onStart(child) {
        await untilThere(child, join(cwd, "kept"), /^config\.json$/);
        child.kill("SIGKILL");
      },
    });
    const { weightsSha256 } = await trainJsonHere([...SMALL, "--examples", "600"], { cwd });
    rmSync(join(cwd, "kept/checkpoints"), { recursive: true });
    expect((await trainJsonHere(["--resume", "kept", "--epochs", "2", ...ALONE], { cwd })).weightsSha256).toBe(
      weightsSha256,
    );
  });
});

describe("two processes", () => {
  it("are not let into one folder, by --out or --resume", async () => {
    const cwd = temporaryFolder();
    const first = await train([...LONG, "--checkpoint-every", "1"], {
      cwd,
      async onStart(child) {
        await untilThere(child, join(cwd, "kept/checkpoints"), /checkpoint$/);
        const before = readFileSync(join(cwd, "kept/config.json"), "utf8");
        const resumed = await trainHere(["--resume", "kept", "--epochs", "2000000"], { cwd });
        expect(resumed.stderr).toBe(
          `error: --resume: expected a run that no other process is at work on, found process ${child.pid} at work in kept; wait for it, or stop it with Ctrl-C; nothing was changed\n`,
        );
        expect(resumed.code).toBe(2);
        expect(readFileSync(join(cwd, "kept/config.json"), "utf8")).toBe(before);
        child.kill("SIGINT");
      },
    });
    expect(first.code).toBe(130);
    expect(readdirSync(join(cwd, "kept"))).not.toContain(".scratch-nn.lock");
  });

  it("are not let into one folder while the first one reads its data", async () => {
    const cwd = temporaryFolder();
    await train(DRAWING, {
      cwd,
      async onStart(child) {
        await untilThere(child, join(cwd, "kept"), /checkpoints/);
        const { code, stderr } = await trainHere([...SMALL, "--out", "kept"], { cwd });
        expect(stderr).toMatch(
          /^error: --out: expected a run that no other process is at work on, found process \d+ at/,
        );
        expect(code).toBe(2);
        expect(existsSync(join(cwd, "kept/checkpoints"))).toBe(true);
        child.kill("SIGINT");
      },
    });
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("Ctrl-C", () => {
  it("as soon as there is a folder clears it away, with those around it", async () => {
    const cwd = temporaryFolder();
    const { code } = await train(["--examples", "2000000", "--out", "a/b/kept"], {
      cwd,
      async onStart(child) {
        await until(child, () => existsSync(join(cwd, "a")));
        child.kill("SIGINT");
      },
    });
    expect(code).toBe(130);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each([
    ["while the size is told", (child: ChildProcess) => untilSaid(child, "memory")],
    ["when there is a config", (child: ChildProcess, run: string) => untilThere(child, run, /^config\.json$/)],
    ["when the plan is told", (child: ChildProcess) => untilSaid(child, "kernels")],
  ])("%s leaves a run that can go on, or nothing", async (_, moment) => {
    const cwd = temporaryFolder();
    const kept = join(cwd, "kept");
    const stopped = await train(LONG, {
      cwd,
      async onStart(child) {
        await moment(child, kept);
        child.kill("SIGINT");
      },
    });
    expect(stopped.code).toBe(130);
    const epochs = existsSync(kept) ? JSON.parse(readFileSync(join(kept, "metrics.json"), "utf8")).epochs + 2 : 2;
    const where = existsSync(kept) ? ["--resume", "kept"] : ["--examples", "600", "--out", "kept"];
    const { weightsSha256 } = await trainJsonHere([...where, "--epochs", String(epochs), ...ALONE], { cwd });
    const undisturbed = await trainJsonHere(["--examples", "600", "--epochs", String(epochs), ...ALONE], { cwd });
    expect(weightsSha256).toBe(undisturbed.weightsSha256);
  });
});
