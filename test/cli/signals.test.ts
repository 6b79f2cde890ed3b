import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { train } from "../support/train-cli.ts";
import { untilSaid, untilThere } from "../support/wait-for.ts";

const LONG = ["--examples", "3000", "--epochs", "100000", "--out", "kept"];

describe.each(["0", "2"])("with %s workers", (workers) => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
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
      /stopped after \d+ of 100000 epochs; the network as it is now is in kept\ngo on with: pnpm train --resume kept\n$/,
    );
    const metrics = JSON.parse(readFileSync(join(cwd, "kept/metrics.json"), "utf8"));
    expect(metrics).toMatchObject({ completed: false, testAccuracy: null });
    expect(existsSync(join(cwd, "kept/model.safetensors"))).toBe(true);
  });
});

describe("a second signal", () => {
  it("ends the process at once, and what was saved before stays", async () => {
    const cwd = temporaryFolder();
    // Who sends it from outside may come too late: the process sends it to itself, before it is told of the first one.
    const again = "process.on('SIGINT', () => process.kill(process.pid, 'SIGTERM'))";
    const { code, stderr } = await train([...LONG, "--checkpoint-every", "1"], {
      cwd,
      nodeOptions: ["--import", `data:text/javascript,${again}`],
      async onStart(child) {
        await untilThere(child, join(cwd, "kept/checkpoints"), /checkpoint$/);
        child.kill("SIGINT");
      },
    });
    expect(code).toBe(143);
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
