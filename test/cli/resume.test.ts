import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeCheckpoint } from "@scratch-nn/cli";
import { describe, expect, it } from "vitest";
import { forged } from "../support/checkpoint-properties.ts";
import { refusal, trainHere, trainJsonHere } from "../support/here.ts";
import { copiesOf, temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train } from "../support/train-cli.ts";
import { untilSaid, untilThere } from "../support/wait-for.ts";

const JOB = ["--examples", "300", "--hidden", "12", "--batch-size", "50", ...ALONE];
const HALF = [...JOB, "--epochs", "3", "--checkpoint-every", "1", "--keep-checkpoints", "3"];
const LONG = ["--examples", "600", "--epochs", "1000000", "--out", "kept", "--quiet"];

let whole: string | undefined;

/** The digest of the weights of six uninterrupted epochs. */
async function undisturbed(): Promise<string> {
  whole ??= (await trainJsonHere([...JOB, "--epochs", "6"], { cwd: temporaryFolder() })).weightsSha256;
  return whole;
}

/** A run of three epochs in `kept`, with checkpoints of the last ones. */
const halfRun = copiesOf((cwd) => trainJsonHere([...HALF, "--out", "kept"], { cwd }));

const checkpoints = (cwd: string): string[] => readdirSync(join(cwd, "kept/checkpoints")).sort();

// resume-refusals.long.test.ts tests the errors.
describe("--resume", () => {
  it.each([["0"], ["1"], ["3"]])("trains on, and ends in the bits of one run (%s workers)", async (workers) => {
    const cwd = await halfRun();
    const summary = await trainJsonHere(["--resume", "kept", "--epochs", "6", "--workers", workers], { cwd });
    expect(summary.weightsSha256).toBe(await undisturbed());
    const metrics = JSON.parse(readFileSync(join(cwd, "kept/metrics.json"), "utf8"));
    expect(metrics.epochReports.map(({ epoch }: { epoch: number }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("takes up a run in the middle of an epoch after Ctrl-C, from any folder", async () => {
    const cwd = temporaryFolder();
    const job = ["--examples", "600", "--batch-size", "7", ...ALONE];
    const stopped = await train([...job, "--epochs", "100000", "--checkpoint-every", "1", "--out", "kept", "--quiet"], {
      cwd,
      async onStart(child) {
        await untilThere(child, join(cwd, "kept/checkpoints"), /checkpoint$/);
        child.kill("SIGINT");
      },
    });
    expect(stopped.code).toBe(130);
    const done: number = JSON.parse(readFileSync(join(cwd, "kept/metrics.json"), "utf8")).epochs;
    const newest = join(cwd, "kept/checkpoints", checkpoints(cwd).at(-1)!);
    const { batch } = decodeCheckpoint(readFileSync(newest)).position;
    // The checkpoint is beyond this many epochs, so the weights would differ from theirs.
    const refused = await trainHere(["--resume", "kept", "--epochs", String(done), "--quiet"], { cwd });
    if (batch > 0) expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(`at least ${done + 1}`)]);
    const epochs = String(done + 2);
    const resumed = await trainJsonHere(["--resume", join(cwd, "kept"), "--epochs", epochs], {
      cwd: temporaryFolder(),
    });
    const undisturbed = await trainJsonHere([...job, "--epochs", epochs, "--out", "whole"], { cwd });
    expect(resumed.weightsSha256).toBe(undisturbed.weightsSha256);
  });

  it("goes on from the checkpoint before where the newest is damaged, and keeps that aside", async () => {
    const cwd = await halfRun();
    const newest = checkpoints(cwd).at(-1)!;
    const path = join(cwd, "kept/checkpoints", newest);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(path, bytes);
    const { code, stderr } = await trainHere(["--resume", "kept", "--epochs", "6", "--quiet"], { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^warning: .*checkpoint is damaged \(its checksum does not match its content\); it is kept as/,
    );
    expect(stderr).toMatch(/going on from kept\/checkpoints\/step-\d{12}\.checkpoint\n/);
    expect(JSON.parse(readFileSync(join(cwd, "kept/metrics.json"), "utf8")).weightsSha256).toBe(await undisturbed());
    expect(checkpoints(cwd)).toContain(`${newest}.damaged`);
  });

  it("begins at the beginning where no checkpoint is intact, unless that would overwrite a model", async () => {
    const cwd = await halfRun();
    rmSync(join(cwd, "kept/checkpoints"), { recursive: true });
    const before = readdirSync(join(cwd, "kept"));
    const { code, stderr } = await refusal(["train", "--resume", "kept", "--epochs", "6"], { cwd });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("a model that beginning again would overwrite; train a"),
    ]);
    expect(readdirSync(join(cwd, "kept"))).toEqual(before);
    rmSync(join(cwd, "kept/model.safetensors"));
    expect((await trainJsonHere(["--resume", "kept", "--epochs", "6"], { cwd })).weightsSha256).toBe(
      await undisturbed(),
    );
  });
});

describe("a run that is killed", () => {
  it("goes on from its last checkpoint, and nothing half-written has a checkpoint's name", async () => {
    const cwd = temporaryFolder();
    const { signal } = await train([...LONG, "--checkpoint-every", "1"], {
      cwd,
      async onStart(child) {
        await untilThere(child, join(cwd, "kept/checkpoints"), /checkpoint$/);
        child.kill("SIGKILL");
      },
    });
    expect(signal).toBe("SIGKILL");
    const names = checkpoints(cwd).filter((name) => !name.endsWith(".part"));
    expect(names.length).toBeGreaterThan(0);
    // Resumes with the run's own data and seed from its newest checkpoint.
    const steps = Number(/\d+/.exec(names.at(-1)!)![0]);
    const goOn = ["--resume", "kept", "--epochs", String(steps + 5), "--quiet"];
    expect((await trainHere(goOn, { cwd })).code).toBe(0);
    const reference = await trainJsonHere(["--examples", "600", "--epochs", String(steps + 5)], { cwd });
    const metrics = JSON.parse(readFileSync(join(cwd, "kept/metrics.json"), "utf8"));
    expect(metrics.weightsSha256).toBe(reference.weightsSha256);
    expect(checkpoints(cwd).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("can be resumed under another name of its folder", async () => {
    const cwd = await halfRun();
    renameSync(join(cwd, "kept"), join(cwd, "moved"));
    expect((await trainJsonHere(["--resume", "moved", "--epochs", "6"], { cwd })).weightsSha256).toBe(
      await undisturbed(),
    );
  });
});

describe("numbers that go wrong", () => {
  it("end the run with epoch, step, largest weight and advice, and the last good checkpoint stays", async () => {
    const cwd = temporaryFolder();
    await trainJsonHere([...JOB, "--epochs", "2", "--out", "kept"], { cwd });
    const before = checkpoints(cwd);
    // A run's learning rate cannot be changed, so this run diverges from its beginning.
    const { code, stderr } = await trainHere([...JOB, "--lr", "1e30", "--epochs", "9", "--out", "wild", "--quiet"], {
      cwd,
    });
    expect(stderr).toMatch(
      /^error: the loss became (NaN|Infinity) in epoch \d+, step \d+ \(largest weight: .*\); try a learning rate a tenth as large, or features scaled to about -1 to 1\n$/,
    );
    expect(code).toBe(1);
    expect(checkpoints(cwd)).toEqual(before);
    expect(readdirSync(cwd)).toEqual(["kept"]);
  });
});

describe("a run that does not fit into memory", () => {
  it("says so with both figures before it starts", async () => {
    const cwd = temporaryFolder();
    const { code, stderr } = await trainHere(["--examples", "2000000000", "--out", "kept"], { cwd });
    expect(stderr).toMatch(
      /^error: memory: expected [\d,]+ MB for the run \(1,572,000 MB of them for the dataset\), found [\d,]+ MB available; take/,
    );
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("a run's folder", () => {
  it("with a newest checkpoint that cannot be read goes on from the one before, and touches nothing", async () => {
    const cwd = await halfRun();
    const folder = join(cwd, "kept/checkpoints");
    mkdirSync(join(folder, "step-000000009999.checkpoint"));
    mkdirSync(join(folder, `step-${"9".repeat(40)}.checkpoint`));
    writeFileSync(join(folder, "mine.part"), "mine");
    const { code, stderr } = await trainHere(["--resume", "kept", "--quiet"], { cwd });
    expect(stderr).toMatch(/^warning: .*step-000000009999\.checkpoint is damaged \(it is a folder\)/);
    expect([code, readFileSync(join(folder, "mine.part"), "utf8")]).toEqual([0, "mine"]);
  });

  it("with a checkpoint of a later version is refused as it is", async () => {
    const cwd = await halfRun();
    const folder = join(cwd, "kept/checkpoints");
    const later = join(folder, "step-000000009999.checkpoint");
    writeFileSync(later, forged("{}", "scratch-nn checkpoint, format 9\n"));
    const before = readdirSync(folder);
    const { code, stderr } = await trainHere(["--resume", "kept"], { cwd });
    expect(stderr).toMatch(
      /error: --resume: expected .*, found kept: it is of format 9, and this version .* from formats 2, 3 and 4; /,
    );
    expect([code, readdirSync(folder)]).toEqual([2, before]);
  });

  it("is left as it is by flags that are refused, its damaged checkpoints too", async () => {
    const cwd = await halfRun();
    const folder = join(cwd, "kept/checkpoints");
    writeFileSync(join(folder, "step-000000009999.checkpoint"), "half");
    const before = readdirSync(folder);
    const { code } = await trainHere(["--resume", "kept", "--lr", "7"], { cwd });
    expect([code, readdirSync(folder)]).toEqual([2, before]);
  });
});

describe("a run's folder that is moved away while it trains", () => {
  it("is not begun anew without its config: checkpoints end with a warning, and what was learnt is kept in the end", async () => {
    const cwd = temporaryFolder();
    const job = ["--examples", "600", "--batch-size", "7", "--epochs", "100000", "--checkpoint-every", "1", ...ALONE];
    const { code, stderr } = await train([...job, "--out", "kept", "--quiet"], {
      cwd,
      async onStart(child) {
        await untilThere(child, join(cwd, "kept/checkpoints"), /checkpoint$/);
        renameSync(join(cwd, "kept"), join(cwd, "moved"));
        await untilSaid(child, /could not be written: kept is not there any more/);
        child.kill("SIGINT");
      },
    });
    expect([code, stderr]).toEqual([130, expect.stringContaining("kept is not there any more")]);
    expect(readdirSync(join(cwd, "kept")).sort()).toEqual([
      "config.json",
      "environment.json",
      "metrics.csv",
      "metrics.json",
      "model.safetensors",
    ]);
    const goOn = await trainHere(["--resume", "moved", "--epochs", "1", "--quiet"], { cwd });
    expect(goOn.stderr).not.toMatch(/damaged|cannot be read/);
  });
});
