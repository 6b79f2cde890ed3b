import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fitLine } from "@scratch-nn/cli";
import { describe, expect, it } from "vitest";
import { trainHere } from "../support/here.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, runCommand, train } from "../support/train-cli.ts";
import { until, untilSaid, untilThere } from "../support/wait-for.ts";

/** A text too long to read or to scroll. */
const LONG = "long ".repeat(40_000);
const MOST_OUTPUT = 6000;

describe("what a user gave is said as far as a person can read it, with its length:", () => {
  const rows = (cell: string): string => `label,x,y\n${`a,1,2\nb,2,${cell}\n`.repeat(5)}`;

  it.each([
    ["a cell", rows(`4\nb,2,${LONG}`), []],
    ["a label", `${rows("4").replace("a,1,2", `${LONG},1,2`)}`, []],
    ["a column's name", rows(`4\nb,2,${LONG}`).replace("y", LONG), []],
    ["a column's name that is another one's", rows("4").replace("x,y", `${LONG},${LONG}`), []],
    ["a cell that is in every row", rows("4").replaceAll(/,2\n|,4\n/g, `,${LONG}\n`), []],
    ["a word that is in half of the rows", rows(LONG), []],
    ["--label", rows("4"), ["--label", LONG]],
    ["--drop", rows("4"), ["--drop", LONG]],
    ["--epochs", rows("4"), ["--epochs", LONG]],
    ["--hidden", rows("4"), ["--hidden", LONG]],
    ["--activation", rows("4"), ["--activation", LONG]],
    ["--encoding", rows("4"), ["--encoding", LONG]],
    ["--data", rows("4"), ["--data", LONG]],
    ["--out", rows("4"), ["--out", LONG]],
    ["--resume", rows("4"), ["--resume", LONG]],
    ["a flag", rows("4"), [`--${LONG}`]],
    ["an argument", rows("4"), [LONG]],
  ])("%s", async (_, table, flags) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "few.csv"), table);
    const out = flags.includes("--resume") ? [] : ["--out", "kept"];
    // An argument of a command line has at most 128 kB.
    const args = flags.map((flag) => flag.slice(0, 120_000));
    const { stdout, stderr } = await trainHere(
      ["--data", "few.csv", "--epochs", "1", "--test-fraction", "0", ...out, ...ALONE, ...args],
      { cwd },
    );
    expect(`${stdout}${stderr}`.length).toBeLessThan(MOST_OUTPUT);
  });

  it("so that the length is there", async () => {
    const cwd = temporaryFolder();
    const { stderr } = await trainHere(["--epochs", "9".repeat(1000)], { cwd });
    expect(stderr).toMatch(/found "9{60}\.\.\." \(1000 characters\); pass for example/);
    writeFileSync(join(cwd, "few.csv"), `label,x,y\n${"a,1,2\n".repeat(5)}b,2,${LONG}\n`);
    const cell = await trainHere(["--data", "few.csv", "--numeric", "y"], { cwd });
    expect(cell.stderr).toMatch(/few\.csv:7:3: expected a number.*\.\.\." \(\d+ characters\)/);
  });
});

describe("a flag is called by its name", () => {
  it.each(["1e39", "1e-60"])("--lr %s, which no f32 holds", async (lr) => {
    const { code, stderr } = await trainHere(["--lr", lr], { cwd: temporaryFolder() });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: --lr: expected a finite number above 0 that fits a 32-bit float, found "1e/);
  });
});

describe("one of a kind is no plural:", () => {
  it("epochs, steps, features, shards, examples", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "few.csv"), "label,x\na,1\nb,2\n");
    const args = ["--data", "few.csv", "--epochs", "1", "--shards", "1", "--workers", "1024", "--out", "kept"];
    const { stdout, stderr } = await trainHere(args, { cwd });
    expect(`${stdout}${stderr}`).not.toMatch(/(?<![\d,.])1 (epochs|steps|features|shards|examples|workers|classes)\b/);
    expect(stderr).toMatch(/1 epoch of 1 step of /);
    expect(stderr).toMatch(/; 1 feature, 2 classes/);
  });
});

describe("a usage error names the help of the command that was called:", () => {
  it.each([
    [["train", "--epoch", "1"], "pnpm train --help"],
    [["predict"], "pnpm predict --help"],
    [["predict", "kept"], "pnpm predict --help"],
    [["predict", "kept", "--data", "x.csv", "--epochs", "1"], "pnpm predict --help"],
    [["evaluate", "kept", "--data"], "pnpm evaluate --help"],
    [
      ["constructor"],
      "pnpm <command> --help, of train, sweep, predict, evaluate, report, export, import, verify, ui, runs",
    ],
  ])("%j", async (args, help) => {
    const { code, stderr } = await runCommand(args, { cwd: temporaryFolder() });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: /);
    expect(stderr.endsWith(`\nsee ${help}\n`)).toBe(true);
  });
});

describe("a checkpoint that could not be written and was made good by a later one", () => {
  it("is a warning, and no failure", async () => {
    const cwd = temporaryFolder();
    const [folder, aside] = [join(cwd, "kept/checkpoints"), join(cwd, "aside")];
    const args = ["--examples", "600", "--epochs", "2000", "--checkpoint-every", "1", "--out", "kept", ...ALONE];
    const { code, stderr } = await train(args, {
      cwd,
      async onStart(child) {
        await untilThere(child, folder, /checkpoint$/);
        child.kill("SIGSTOP");
        renameSync(folder, aside);
        // A file in its place prevents the folder's creation.
        writeFileSync(folder, "");
        const said = untilSaid(child, "could not be written");
        child.kill("SIGCONT");
        await said;
        child.kill("SIGSTOP");
        rmSync(folder);
        renameSync(aside, folder);
        child.kill("SIGCONT");
        await until(child, () => false);
      },
    });
    expect(stderr).toMatch(/warning: a checkpoint could not be written: ENOTDIR/);
    expect(stderr).toMatch(/note: checkpoints are written again: the newest checkpoint is kept\/checkpoints\/step-/);
    expect(code).toBe(0);
  });
});

describe("the progress bar", () => {
  const CHOICES = [
    ["epoch 19/1000000", "loss 1.6010, train accuracy 55.42 %", "59,866 examples/s", "22h16m left"],
    ["epoch 19/1000000", "loss 1.6010, train accuracy 55.42 %", "22h16m left"],
    ["epoch 19/1000000", "22h16m left"],
    ["epoch 19/1000000"],
  ];

  it("fits into a terminal of any width, and says as much as there is room for", () => {
    for (let columns = 1; columns <= 200; columns++) {
      expect(fitLine(columns, 0.5, CHOICES).length).toBeLessThan(columns);
    }
    expect(fitLine(200, 0.5, CHOICES)).toBe(`${"█".repeat(12)}${"░".repeat(12)} ${CHOICES[0].join("  ")}`);
    expect(fitLine(80, 0, CHOICES)).toBe(`${"░".repeat(12)} ${CHOICES[1].join("  ")}`);
    expect(fitLine(30, 1, CHOICES)).toBe("epoch 19/1000000  22h16m left");
    expect(fitLine(20, 1, CHOICES)).toBe("epoch 19/1000000");
    expect(fitLine(9, 1, CHOICES)).toBe("epoch 19");
  });
});
