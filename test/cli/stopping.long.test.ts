import { readdirSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeFifo } from "../support/fifo.ts";
import { copiesOf, temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, runCommand, statusOf, train } from "../support/train-cli.ts";
import { until, untilSaid, untilThere } from "../support/wait-for.ts";

const SIGNALS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

/** Options that run a script before the command. */
const before = (script: string): string[] => ["--import", `data:text/javascript,${encodeURIComponent(script)}`];

/** Prints "listens" once the command listens to signals; before that, the system's default applies. */
const TELLS = before(`let told = false;
process.on("newListener", (name) => {
  if (name === "SIGHUP" && !told) setImmediate(() => process.stderr.write("listens\\n"));
  told ||= name === "SIGHUP";
});`);

/** A trained network. */
const withModel = copiesOf(async (cwd) => {
  writeFileSync(join(cwd, "few.csv"), `label,x,y\n${"a,1,2\nb,2,1\n".repeat(5)}`);
  await train(["--data", "few.csv", "--epochs", "1", "--out", "kept", "--quiet", ...ALONE], { cwd });
});

/** A server that accepts connections and never answers. */
async function silentServer(): Promise<string> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe("while data are read that never end, a signal ends the process with one line and its code:", () => {
  const TRAIN = ["train", "--out", "new", "--data"];
  describe.each([
    ["train from a pipe", [...TRAIN, "-"]],
    ["train from a FIFO", [...TRAIN, "fifo"]],
    ["train from a download", [...TRAIN, "mnist"]],
    ["predict from a pipe", ["predict", "kept", "--data", "-"]],
    ["predict from a FIFO", ["predict", "kept", "--data", "fifo"]],
    ["evaluate from a pipe", ["evaluate", "kept", "--data", "-"]],
    ["evaluate from a FIFO", ["evaluate", "kept", "--data", "fifo"]],
  ])("%s", (_, args) => {
    it.each(SIGNALS)("%s", async (signal, expected) => {
      const cwd = await withModel();
      makeFifo(join(cwd, "fifo"));
      const env = { SCRATCH_NN_MIRRORS: await silentServer(), XDG_CACHE_HOME: join(cwd, "cache") };
      const finished = await runCommand(args, {
        cwd,
        env,
        nodeOptions: TELLS,
        input: "label,x,y\na,1,2\n",
        inputStaysOpen: true,
        async onStart(child) {
          await untilSaid(child, "listens");
          child.kill(signal);
        },
      });
      expect(statusOf(finished)).toBe(expected);
      expect(finished.stderr).toMatch(new RegExp(`^listens\\n${signal}: stopped[^\\n]+\\n$`));
      expect(readdirSync(cwd)).not.toContain("new");
    });
  });
});

describe("under nohup", () => {
  it.each(["predict", "evaluate"])("%s goes on when the terminal is gone", async (command) => {
    const cwd = await withModel();
    const { code, stdout } = await runCommand([command, "kept", "--data", "-"], {
      cwd,
      env: { _: "/usr/bin/nohup" },
      nodeOptions: TELLS,
      inputStaysOpen: true,
      async onStart(child) {
        await untilSaid(child, "listens");
        child.kill("SIGHUP");
        child.stdin!.end("label,x,y\na,1,2\nb,2,1\n");
      },
    });
    expect(code).toBe(0);
    expect(stdout).not.toBe("");
  });
});

describe("a disk that does not answer any more", () => {
  it("keeps no process from ending at the second signal", async () => {
    const cwd = temporaryFolder();
    makeFifo(join(cwd, "silent"));
    // Opening a checkpoint's draft then blocks in the file system for ever.
    const silence = before(`import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
const { open } = fs.promises;
fs.promises.open = (path, ...rest) => (String(path).endsWith(".part") && /checkpoint/.test(path)
  ? (process.stderr.write("waits\\n"), open("silent", "r")) : open(path, ...rest));
syncBuiltinESMExports();`);
    const finished = await train(
      ["--examples", "200", "--epochs", "1000000", "--checkpoint-every", "1", "--out", "kept", ...ALONE],
      {
        cwd,
        nodeOptions: silence,
        async onStart(child) {
          await untilSaid(child, "waits");
          child.kill("SIGTERM");
          await untilSaid(child, "once more to leave at once");
          // Repeats the signal until it counts as a second one rather than the copy that a terminal and a shell
          // forward.
          await until(child, () => child.kill("SIGTERM") && false);
        },
      },
    );
    expect(statusOf(finished)).toBe(143);
    expect(finished.stderr).toMatch(/SIGTERM: saving what there is/);
    expect(finished.stderr).not.toMatch(/stopped after/);
  });
});

describe("a signal that comes several times at once, as from a terminal and from a shell", () => {
  it("is one, on a machine that takes the cores away in between, too: the run is saved", async () => {
    const cwd = temporaryFolder();
    const again = before(`process.once("SIGHUP", () => {
      process.kill(process.pid, "SIGHUP");
      process.nextTick(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500));
    });`);
    const { code, stderr } = await train(
      ["--examples", "200", "--epochs", "1000000", "--checkpoint-every", "1", "--out", "kept", ...ALONE],
      {
        cwd,
        nodeOptions: again,
        async onStart(child) {
          await untilThere(child, join(cwd, "kept/checkpoints"), /checkpoint$/);
          child.kill("SIGHUP");
        },
      },
    );
    expect(code).toBe(129);
    expect(stderr).toMatch(/stopped after/);
    expect(readdirSync(join(cwd, "kept"))).toContain("model.safetensors");
  });
});
