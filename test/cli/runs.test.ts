import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  chooseRemovals,
  LOCK,
  OWN_FILES,
  type RunEntry,
  readRun,
  runsCommand,
  runsIn,
  Trace,
  thisProcess,
  trainCommand,
  verifyCommand,
} from "@scratch-nn/cli";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EDITS, editedText } from "../support/edits.ts";
import { makeFifo } from "../support/fifo.ts";
import { refusal, runHere, trainJsonHere } from "../support/here.ts";
import { REPOSITORY } from "../support/packed.ts";
import { tableOf } from "../support/tables.ts";
import { copiesOf, temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE } from "../support/train-cli.ts";

const JOB = ["--data", "t.csv", "--label", "member", "--hidden", "3", "--epochs", "4", ...ALONE];

/** A folder with a run in runs/a. */
const folderWithRun = copiesOf(async (cwd) => {
  const row = (r: number) => [(r * 7) % 50, (r * 7) % 50 < 20 + (r % 3) ? "yes" : "no"];
  writeFileSync(join(cwd, "t.csv"), tableOf("age,member", 60, row));
  await trainJsonHere([...JOB, "--out", "runs/a"], { cwd });
});

type Changes = Readonly<Record<string, unknown>>;

function changeJson(path: string, changes: Changes): void {
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...changes }, null, 2));
}

/** Copies runs/a to another name, with other figures. */
function anotherRun(cwd: string, name: string, metrics: Changes = {}, config: Changes = {}): string {
  const path = join(cwd, "runs", name);
  cpSync(join(cwd, "runs/a"), path, { recursive: true });
  changeJson(join(path, "metrics.json"), metrics);
  changeJson(join(path, "config.json"), config);
  return path;
}

/** Creates a run that was killed before its first checkpoint. */
function lostRun(cwd: string, name: string): string {
  const path = anotherRun(cwd, name);
  for (const gone of ["checkpoints", "metrics.json", "model.safetensors"])
    rmSync(join(path, gone), { recursive: true });
  return path;
}

const statesOf = (entries: readonly RunEntry[]): Record<string, string> =>
  Object.fromEntries(entries.map(({ name, state }) => [name, state]));

describe("where no folder of runs is", () => {
  it.each([
    ["nothing", [], /^error: runs: expected a folder with runs in it, found none: there is no runs; name the folder/],
    ["a file", ["t.csv"], /found t\.csv, a file; name the folder/],
  ])("but %s", async (_, folder, message) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "t.csv"), "x,y\n");
    const { code, stderr } = await refusal(["runs", ...folder], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe("docs/runs.md", () => {
  it("has all files that runs and sweeps write, and their folders", () => {
    const text = readFileSync(join(REPOSITORY, "docs/runs.md"), "utf8");
    for (const name of [...OWN_FILES, "checkpoints/", "trials/", "results/", "tensorboard/"])
      expect(text).toContain(`\`${name}\``);
  });

  it("names flags that the commands have", () => {
    const commands = [trainCommand(), verifyCommand(), runsCommand(), ...runsCommand().commands];
    const known = new Set(commands.flatMap(({ options }) => options.map(({ long }) => long)));
    const named = readFileSync(join(REPOSITORY, "docs/runs.md"), "utf8").match(/--[a-z][a-z-]+/g)!;
    expect(named.filter((flag) => !known.has(flag))).toEqual([]);
  });
});

describe("runs", () => {
  it("lists what there is, with its state, and what is none of ours as such", async () => {
    const cwd = await folderWithRun();
    anotherRun(cwd, "stopped", { completed: false });
    anotherRun(cwd, "longer", {}, { epochs: 9 });
    lostRun(cwd, "lost");
    writeFileSync(join(anotherRun(cwd, "running"), LOCK), JSON.stringify(thisProcess()));
    writeFileSync(join(anotherRun(cwd, "damaged"), "config.json"), '{"data": 7}');
    mkdirSync(join(cwd, "runs/notes"));
    writeFileSync(join(cwd, "runs/notes/todo.txt"), "");
    symlinkSync(join(cwd, "runs/a"), join(cwd, "runs/link"));
    const { code, stdout, stderr } = await runHere(["runs"], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    const lines = stdout.trim().split("\n");
    expect(lines[0]).toMatch(/^when +name +data +what +epochs +figure +weights +state$/);
    const { weightsSha256, testAccuracy } = JSON.parse(readFileSync(join(cwd, "runs/a/metrics.json"), "utf8"));
    const figure = `test accuracy ${(100 * testAccuracy).toFixed(2)} %`;
    const lineOf = (name: string): string => lines.find((line) => line.includes(` ${name} `))!.replace(/ +/g, " ");
    const own = `t.csv 1-3-2 relu 4/4 ${figure} ${weightsSha256.slice(0, 8)}`;
    expect(lineOf("a")).toMatch(new RegExp(`^20..-..-.. ..:.. a ${own} finished$`));
    expect(lineOf("stopped")).toMatch(/interrupted \(--resume goes on\)$/);
    expect(lineOf("longer")).toMatch(/ 4\/9 .*interrupted \(--resume goes on\)$/);
    expect(lineOf("lost")).toMatch(/ 4\/4 .*interrupted \(nothing to go on from\)$/);
    expect(lineOf("running")).toMatch(/running$/);
    expect(lineOf("damaged")).toMatch(/damaged \(config.json, .*: expected .*, found .*\)$/);
    expect(lineOf("notes")).toMatch(/foreign \(no config.json\)$/);
    expect(lineOf("link")).toMatch(/foreign \(a link\)$/);
    const entries = await runsIn(join(cwd, "runs"));
    expect(entries).toHaveLength(lines.length - 1);
    const refused = await runHere(["runs", "nowhere"], { cwd });
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/^error: runs: expected a folder with runs/),
    ]);
  });

  it("comes through with whatever stands in place of a run's files", async () => {
    const cwd = await folderWithRun();
    for (const name of ["config.json", "metrics.json", "metrics.csv", "environment.json", "checkpoints", LOCK]) {
      const places = {
        fifo: (path: string) => makeFifo(path),
        folder: (path: string) => mkdirSync(path),
        dangling: (path: string) => symlinkSync("nowhere", path),
        huge: (path: string) => {
          writeFileSync(path, "");
          truncateSync(path, 2 ** 29);
        },
      };
      for (const [kind, put] of Object.entries(places)) {
        const path = join(anotherRun(cwd, `${kind}-${name}`), name);
        rmSync(path, { recursive: true, force: true });
        put(path);
      }
    }
    const entries = await runsIn(join(cwd, "runs"));
    expect(entries).toHaveLength(25);
    expect(statesOf(entries)).toMatchObject({
      "fifo-config.json": "foreign",
      "huge-metrics.csv": "damaged",
      a: "finished",
    });
  });

  it("never throws, whatever a run's files say", async () => {
    const cwd = await folderWithRun();
    const path = join(cwd, "runs/a");
    const names = ["config.json", "metrics.json", "metrics.csv", "environment.json"];
    const texts = Object.fromEntries(names.map((name) => [name, readFileSync(join(path, name), "utf8")]));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), EDITS, fc.boolean(), async (name, edits, byToken) => {
        writeFileSync(join(path, name), editedText(texts[name], edits, byToken));
        expect(["finished", "interrupted", "damaged"]).toContain((await readRun(path)).state);
        writeFileSync(join(path, name), texts[name]);
      }),
      { numRuns: 200 },
    );
  });
});

describe("runs compare", () => {
  it("tells first in which settings runs differ, then what came out", async () => {
    const cwd = await folderWithRun();
    anotherRun(cwd, "b", { testAccuracy: 0.125, completed: false }, { lr: 0.5, seed: 7 });
    const { code, stdout } = await runHere(["runs", "compare", "a", "runs/b"], { cwd });
    expect(code).toBe(0);
    const rows = stdout.split("\n").map((line) => line.trim().split(/ {2,}/));
    expect(rows.slice(0, 5)).toEqual([
      ["a", "b"],
      ["lr", "0.1", "0.5"],
      ["seed", "1", "7"],
      [""],
      ["state", "finished", "interrupted"],
    ]);
    expect(rows).toContainEqual(["testAccuracy", expect.stringMatching(/^[01]/), "0.125"]);
    const json = await runHere(["runs", "compare", "a", "b", "--json"], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({
      settings: { lr: [0.1, 0.5], seed: [1, 7] },
      figures: { epochs: [4, 4] },
    });
    const refused = await runHere(["runs", "compare", "a", "nothing"], { cwd });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("found nothing, which is not there")]);
  });
});

describe("runs clean", () => {
  it("removes what flags choose, once --yes says so, and nothing else", async () => {
    const cwd = await folderWithRun();
    const runs = join(cwd, "runs");
    for (const [name, testAccuracy] of [
      ["worst", 0.25],
      ["second", 0.99],
      ["best", 1],
    ] as const) {
      anotherRun(cwd, name, { testAccuracy });
    }
    // Files of --tensorboard and --trace in the folder also count as the run's own.
    mkdirSync(join(runs, "worst/tensorboard"));
    writeFileSync(join(runs, "worst/tensorboard/events.out.tfevents.1795731848.scratch-nn.7.0"), "");
    writeFileSync(join(runs, "worst/seen.json"), Buffer.concat(new Trace().encode()));
    mkdirSync(join(anotherRun(cwd, "events", { testAccuracy: 0 }), "tensorboard"));
    writeFileSync(join(runs, "events/tensorboard/thoughts.txt"), "");
    anotherRun(cwd, "elsewhere", { testAccuracy: 0.1 }, { dataSha256: "other" });
    lostRun(cwd, "lost");
    writeFileSync(join(lostRun(cwd, "mine"), "thoughts.txt"), "");
    writeFileSync(join(lostRun(cwd, "running"), LOCK), JSON.stringify(thisProcess()));
    const outside = join(cwd, "outside");
    cpSync(join(runs, "a/checkpoints"), outside, { recursive: true });
    const linked = anotherRun(cwd, "linked", { testAccuracy: 0 });
    rmSync(join(linked, "checkpoints"), { recursive: true });
    symlinkSync(outside, join(linked, "checkpoints"));
    symlinkSync(join(runs, "lost"), join(runs, "link"));
    mkdirSync(join(runs, "foreign"));
    const before = readdirSync(runs, { recursive: true }).sort();

    const flags = ["runs", "clean", "--unfinished", "--all-but-best", "2"];
    const shown = await runHere(flags, { cwd });
    expect([shown.code, shown.stdout]).toEqual([
      0,
      expect.stringMatching(/nothing is removed without --yes: 3 removals/),
    ]);
    expect(readdirSync(runs, { recursive: true }).sort()).toEqual(before);

    const removed = await runHere([...flags, "--yes", "--json"], { cwd });
    // The message and the exit code both report chosen runs that could not be removed.
    expect([removed.code, removed.stderr]).toEqual([
      1,
      expect.stringMatching(/^warning: 3 of 6 removals failed, the first runs\/events: it holds tensorboard/),
    ]);
    const done = JSON.parse(removed.stdout) as { path: string; removed: boolean; stays?: string }[];
    expect(Object.fromEntries(done.map(({ path, removed: gone, stays }) => [path.slice(5), stays ?? gone]))).toEqual({
      a: true,
      events: "it holds tensorboard/thoughts.txt, which no run wrote",
      linked: "it holds checkpoints, which no run wrote",
      lost: true,
      mine: "it holds thoughts.txt, which no run wrote",
      worst: true,
    });
    expect(readdirSync(runs).sort()).toEqual([
      "best",
      "elsewhere",
      "events",
      "foreign",
      "link",
      "linked",
      "mine",
      "running",
      "second",
    ]);
    expect(readdirSync(outside).length).toBeGreaterThan(0);
    expect(existsSync(join(runs, "running/config.json"))).toBe(true);
  });

  it("takes the checkpoints of finished runs alone, which stay models", async () => {
    const cwd = await folderWithRun();
    anotherRun(cwd, "stopped", { completed: false });
    const { code, stdout } = await runHere(["runs", "clean", "--checkpoints", "--yes"], { cwd });
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/removed +checkpoints +runs\/a .*\n\n1 removal, \d+ kB\n$/),
    ]);
    expect(statesOf(await runsIn(join(cwd, "runs")))).toEqual({ a: "finished", stopped: "interrupted" });
    expect(existsSync(join(cwd, "runs/a/checkpoints"))).toBe(false);
    expect(readdirSync(join(cwd, "runs/stopped/checkpoints")).length).toBeGreaterThan(0);
  });

  it("narrows down by age, and wants to be told which", async () => {
    const cwd = await folderWithRun();
    const entries = await runsIn(join(cwd, "runs"));
    const later = (days: number): number => Date.now() + days * 86_400_000;
    expect(chooseRemovals(entries, { olderThan: 2 * 86_400 }, later(1))).toEqual([]);
    expect(chooseRemovals(entries, { olderThan: 2 * 86_400 }, later(3))).toMatchObject([
      { what: "run", why: "3 days old" },
    ]);
    expect(chooseRemovals(entries, { olderThan: 60, unfinished: true }, later(3))).toEqual([]);
    expect(() => chooseRemovals(entries, {})).toThrow(/expected a flag that says which/);
  });

  it("refuses an age that is none", async () => {
    const { code, stderr } = await runHere(["runs", "clean", "--older-than", "soon"], { cwd: temporaryFolder() });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: --older-than: expected a time in m, h, d or w/)]);
  });
});
