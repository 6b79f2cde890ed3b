import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { train } from "../support/train-cli.ts";

const LONG = ["--examples", "3000", "--epochs", "100000", "--out", "kept"];

/** Sends a signal once the child has said `words` on stderr, and again so often. */
function signalAfter(words: string, signals: readonly NodeJS.Signals[]) {
  return (child: import("node:child_process").ChildProcess): void => {
    let said = "";
    let sent = false;
    child.stderr!.on("data", (text) => {
      said += text;
      if (sent || !said.includes(words)) return;
      sent = true;
      for (const signal of signals) child.kill(signal);
    });
  };
}

describe.each(["0", "2"])("with %s workers", (workers) => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s saves the network as it is and exits with %i", async (signal, expected) => {
    const cwd = temporaryFolder();
    const { code, stderr } = await train([...LONG, "--workers", workers], {
      cwd,
      onStart: signalAfter("kernels", [signal]),
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
    // Two million parameters take some time to save.
    const { code, stderr } = await train([...LONG, "--hidden", "3000", "--epochs", "50", "--checkpoint-every", "1"], {
      cwd,
      onStart(child) {
        signalAfter("epoch 25/", ["SIGINT"])(child);
        signalAfter("saving what there is", ["SIGTERM"])(child);
      },
    });
    expect(code).toBe(143);
    expect(stderr).not.toMatch(/stopped after/);
    expect(readdirSync(join(cwd, "kept/checkpoints")).some((name) => name.endsWith(".checkpoint"))).toBe(true);
  });
});

describe("before there is anything to save", () => {
  it("SIGINT ends the process and leaves nothing under the run's name", async () => {
    const cwd = temporaryFolder();
    const { signal, code } = await train(["--examples", "2000000", "--out", "kept"], {
      cwd,
      onStart: (child) => setTimeout(() => child.kill("SIGINT"), 700),
    });
    expect([signal, code]).toEqual([null, 130]);
    expect(readdirSync(cwd)).toEqual([]);
  });
});
