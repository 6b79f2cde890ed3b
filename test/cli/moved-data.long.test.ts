import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runHere, trainHere, trainJsonHere } from "../support/here.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, trainJson } from "../support/train-cli.ts";

const rows = (x: number): string =>
  ["label,a,b", ...Array.from({ length: 60 }, (_, i) => `${i % 2},${(i % 7) + 0.5},${(i * x) % 5}`)].join("\n");

const JOB = ["--data", "x.csv", "--batch-size", "10", ...ALONE];

let whole: string | undefined;

/** The digest of the weights of six uninterrupted epochs. */
async function undisturbed(cwd: string): Promise<string> {
  whole ??= (await trainJsonHere([...JOB, "--epochs", "6", "--out", "whole"], { cwd })).weightsSha256;
  return whole;
}

/** Creates data in `a/x.csv` and a run of three epochs on them in `a/kept`. @returns also the weights of six epochs */
async function halfRun(): Promise<{ cwd: string; sixEpochs: string }> {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "a"));
  mkdirSync(join(cwd, "b"));
  writeFileSync(join(cwd, "a/x.csv"), rows(1));
  await trainJsonHere([...JOB, "--epochs", "3", "--out", "kept"], { cwd: join(cwd, "a") });
  return { cwd, sixEpochs: await undisturbed(join(cwd, "a")) };
}

/** Leaves only the files of a run that was killed before its first checkpoint. */
function onlyItsConfig(cwd: string): void {
  rmSync(join(cwd, "a/kept/checkpoints"), { recursive: true });
  rmSync(join(cwd, "a/kept/model.safetensors"));
}

describe("a run whose data have moved", () => {
  it("goes on with --data, from wherever they are, and knows from then on", async () => {
    const { cwd, sixEpochs } = await halfRun();
    cpSync(join(cwd, "a/kept"), join(cwd, "b/run"), { recursive: true });
    renameSync(join(cwd, "a/x.csv"), join(cwd, "b/other name.csv"));
    const goOn = ["--resume", "run", "--epochs"];
    await trainJsonHere([...goOn, "4", "--data", "other name.csv"], { cwd: join(cwd, "b") });
    expect((await trainJsonHere([...goOn, "6"], { cwd: join(cwd, "b") })).weightsSha256).toBe(sixEpochs);
  });

  it("takes them from standard input as well", async () => {
    const { cwd, sixEpochs } = await halfRun();
    const args = ["--resume", "a/kept", "--epochs", "6", "--data", "-"];
    const input = readFileSync(join(cwd, "a/x.csv"));
    expect((await trainJson(args, { cwd, input })).weightsSha256).toBe(sixEpochs);
    // It works again without --data, since the run knows the last source.
    expect((await trainJson(["--resume", "a/kept"], { cwd, input })).weightsSha256).toBe(sixEpochs);
  });

  it("without --data says where they were, and to pass it", async () => {
    const { cwd } = await halfRun();
    rmSync(join(cwd, "a/x.csv"));
    const { code, stderr } = await trainHere(["--resume", "a/kept", "--epochs", "6"], { cwd });
    expect(stderr).toMatch(
      /error: --data: expected the data that a\/kept was trained on \(SHA-256 \w{16}\.\.\.\), where they were: .*\/a\/x\.csv, found .*x\.csv", where nothing is; pass --data with where they are now; they are known by their content\n$/,
    );
    expect(code).toBe(2);
  });

  it.each([
    ["a checkpoint", () => {}],
    ["its config alone", onlyItsConfig],
  ])("refuses others, with both fingerprints, known from %s", async (_, prepare) => {
    const { cwd } = await halfRun();
    prepare(cwd);
    writeFileSync(join(cwd, "b/x.csv"), rows(3));
    const before = readdirSync(join(cwd, "a/kept"), { recursive: true });
    const { code, stderr } = await trainHere(["--resume", "a/kept", "--epochs", "6", "--data", "b/x.csv"], { cwd });
    expect(stderr).toMatch(
      /error: --data: expected the data that a\/kept was trained on \(SHA-256 (\w{16})\.\.\.\), found other examples in b\/x\.csv \(SHA-256 (?!\1)\w{16}\.\.\.\); pass --data with where the same ones are now, or start a new run without --resume\n$/,
    );
    expect(code).toBe(2);
    expect(readdirSync(join(cwd, "a/kept"), { recursive: true })).toEqual(before);
  });
});

describe("a run that begins anew from its config", () => {
  it("takes --workers and --kernels from the command line", async () => {
    const { cwd, sixEpochs } = await halfRun();
    onlyItsConfig(cwd);
    const flags = ["--epochs", "6", "--workers", "1", "--kernels", "plain"];
    const finished = await runHere(["train", "--resume", "a/kept", ...flags, "--json", "--quiet"], { cwd });
    expect(JSON.parse(finished.stdout)).toMatchObject({ workers: 1, kernels: "plain", weightsSha256: sixEpochs });
  });
});
