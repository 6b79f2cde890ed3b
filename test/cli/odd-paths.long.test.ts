/** Tests pipes, sockets, devices and folders in the place of files: errors name them, and nothing waits for them. */
import { closeSync, constants, mkdirSync, openSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeFifo } from "../support/fifo.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train, trainJson } from "../support/train-cli.ts";
import { until } from "../support/wait-for.ts";

const SMALL = ["--examples", "200", "--epochs", "2", ...ALONE];

/** Listens at a path until the test ends. */
async function listen(path: string): Promise<void> {
  const server = createServer();
  onTestFinished(() => {
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
}

describe("something that is no folder, or no file, is named", () => {
  const kinds: [string, (path: string) => unknown][] = [
    ["file", (path) => writeFileSync(path, "mine")],
    ["FIFO", makeFifo],
    ["socket", listen],
    ["device", (path) => symlinkSync("/dev/null", path)],
    ["link that leads nowhere", (path) => symlinkSync("nowhere", path)],
  ];

  it.each(kinds)("in place of --out and --resume: a %s", async (kind, make) => {
    const cwd = temporaryFolder();
    await make(join(cwd, "there"));
    const out = await train([...SMALL, "--out", "there"], { cwd });
    expect(out.stderr).toMatch(new RegExp(`--out: expected a new or empty folder, found there, which is a ${kind};`));
    const resume = await train(["--resume", "there"], { cwd });
    expect(resume.stderr).toMatch(
      new RegExp(`--resume: expected the folder of a run, .*found there, which is a ${kind};`),
    );
    expect([out.code, resume.code]).toEqual([2, 2]);
  });

  it.each(["FIFO", "folder"])("in place of config.json: a %s", async (kind) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "kept"));
    if (kind === "FIFO") makeFifo(join(cwd, "kept/config.json"));
    else mkdirSync(join(cwd, "kept/config.json"));
    const { code, stderr } = await train(["--resume", "kept"], { cwd });
    expect(stderr).toMatch(new RegExp(`--resume: .*found kept: it is a ${kind}`));
    expect(code).toBe(2);
  });

  it.each(["", "{", "null", "[1]", '{"data":"digits"}'])("as is a config.json that holds %j", async (text) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "kept"));
    writeFileSync(join(cwd, "kept/config.json"), text);
    const { code, stderr } = await train(["--resume", "kept"], { cwd });
    expect(stderr).toMatch(
      /^error: --resume: kept\/config\.json.*: expected .*, found .*; mend it, or start a new run/,
    );
    expect(code).toBe(2);
  });

  it("in place of a checkpoint: the one before is taken", async () => {
    const cwd = temporaryFolder();
    await trainJson([...SMALL, "--checkpoint-every", "1", "--out", "kept"], { cwd });
    makeFifo(join(cwd, "kept/checkpoints/step-000000000009.checkpoint"));
    makeFifo(join(cwd, "kept/model.safetensors.0123456789ab.part"));
    const { code, stderr } = await train(["--resume", "kept", "--epochs", "3", "--quiet"], { cwd });
    expect(stderr).toMatch(/^warning: .*step-000000000009\.checkpoint is damaged \(it is a FIFO\); it is kept as/);
    expect(code).toBe(0);
  });
});

/** Whether another process has the FIFO open for reading; if so, the FIFO stays open until the test ends. */
function opensForWriting(fifo: string): boolean {
  try {
    const file = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(file));
    return true;
  } catch {
    return false;
  }
}

describe("a pipe that nobody writes to", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("as --data does not keep the process from %s", async (name, expected) => {
    const cwd = temporaryFolder();
    makeFifo(join(cwd, "pipe"));
    const { code, signal } = await train(["--data", "pipe", "--out", "kept"], {
      cwd,
      async onStart(child) {
        // The test has the pipe open and writes nothing.
        await until(child, () => opensForWriting(join(cwd, "pipe")));
        child.kill(name);
      },
    });
    // A thread that waits for the pipe cannot exit, it can only be killed; a shell reports the same status for both.
    expect(signal === null ? code : signal).toBe(signal === null ? expected : name);
    expect(readdirSync(cwd)).toEqual(["pipe"]);
  });
});
