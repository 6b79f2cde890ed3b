/** Input that the command refuses, with the expected messages. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACTIVATIONS } from "@scratch-nn/core";
import { expect } from "vitest";
import { idx, someImages, writeIdxFolder } from "./idx-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { train } from "./train-cli.ts";

/** `prepare` writes files into the working directory; `message` must match stderr. */
type Case = readonly [what: string, prepare: (cwd: string) => void, args: readonly string[], message: RegExp];

const nothing = (): void => {};
const csv =
  (text: string) =>
  (cwd: string): void =>
    writeFileSync(join(cwd, "data.csv"), text);
const fromCsv = ["--data", "data.csv"];

export const CASES: readonly Case[] = [
  ["an unknown flag", nothing, ["--epoch", "3"], /unknown option '--epoch'\n.*--epochs/],
  ["a flag by another's name for it", nothing, ["--learning-rate=3"], /unknown option '--learning-rate=3'\n.*--lr\?/],
  ["a flag by a third one's name", nothing, ["--n-jobs", "3"], /unknown option '--n-jobs'\n.*--workers\?/],
  [
    "a run's folder for data",
    (cwd: string) => {
      mkdirSync(join(cwd, "old"));
      writeFileSync(join(cwd, "old/config.json"), "{}");
      writeFileSync(join(cwd, "old/metrics.csv"), "epoch,loss\n1,0.5\n");
    },
    ["--data", "old"],
    /--data: expected data.*found old, the folder of a run; .*--resume old/,
  ],
  ["a flag without its value", nothing, ["--epochs"], /--epochs: .*found "--out"/],
  [
    "two sources of data",
    nothing,
    ["--data", "digits", "--data", "b.csv"],
    /--data: expected one source, found two: "digits" and "b\.csv"; join the files into one, or begin a run for each/,
  ],
  ["a stray argument", nothing, ["digits"], /too many arguments/],
  [
    "--workers -1",
    nothing,
    ["--workers", "-1"],
    /--workers: expected a whole number from 0 to 1024, found "-1"; pass for example --workers 8/,
  ],
  ["--workers 1.5", nothing, ["--workers", "1.5"], /--workers: .*found "1\.5"/],
  [
    "--hidden 0",
    nothing,
    ["--hidden", "0"],
    /--hidden: expected the units of each hidden layer, whole numbers from 1 .*found "0"/,
  ],
  ["--hidden 10,", nothing, ["--hidden", "10,"], /--hidden: .*found "10,"/],
  [
    "--lr nan",
    nothing,
    ["--lr", "nan"],
    /--lr: expected a finite number above 0 that fits a 32-bit float, found "nan"/,
  ],
  ["--lr 0", nothing, ["--lr", "0"], /--lr: .*found "0"/],
  ["--epochs 0", nothing, ["--epochs", "0"], /--epochs: expected a whole number from 1 .*found "0"/],
  ["--epochs 1e3", nothing, ["--epochs", "1e3"], /--epochs: .*found "1e3"/],
  [
    "--batch-size none",
    nothing,
    ["--batch-size", "none"],
    /--batch-size: expected full, or a whole number from 1, found "none"/,
  ],
  [
    "--test-fraction 1",
    nothing,
    ["--test-fraction", "1"],
    /--test-fraction: expected a number from 0 to below 1, found "1"/,
  ],
  [
    "--activation cube",
    nothing,
    ["--activation", "cube"],
    new RegExp(`--activation: expected one of ${ACTIVATIONS.join(", ")}, found "cube"`),
  ],
  ["--init zero", nothing, ["--init", "zero"], /--init: expected one of he, lecun, xavier, notes, found "zero"/],
  [
    "--kernels fast",
    nothing,
    ["--kernels", "fast"],
    /--kernels: expected one of auto, plain, simd128, simd256, found "fast"/,
  ],
  ["--shards 0", nothing, ["--shards", "0"], /--shards: .*found "0"/],
  ["--seed -5", nothing, ["--seed", "-5"], /--seed: .*found "-5"/],
  ["--examples 1", nothing, ["--examples", "1"], /--examples: expected a whole number from 2 .*found "1"/],
  [
    "a missing file",
    nothing,
    ["--data", "gone.csv"],
    /--data: expected digits, mnist, .*found "gone\.csv", where nothing is/,
  ],
  [
    "a directory without images",
    (cwd) => mkdirSync(join(cwd, "empty")),
    ["--data", "empty"],
    /empty: expected MNIST's IDX files .*found none of them/,
  ],
  [
    "truncated IDX",
    (cwd) =>
      writeFileSync(join(writeIdxFolder(cwd), "train-images-idx3-ubyte"), someImages(30, 4, 5).images.subarray(0, 99)),
    ["--data", "."],
    /train-images-idx3-ubyte: expected 496 bytes for 30 x 4 x 4 unsigned bytes \(0x08\), found 99, so it is cut short/,
  ],
  [
    "oversized IDX",
    (cwd) =>
      writeFileSync(
        join(writeIdxFolder(cwd), "train-labels-idx1-ubyte"),
        Buffer.concat([someImages(30, 4, 5).labels, Buffer.of(1)]),
      ),
    ["--data", "."],
    /train-labels-idx1-ubyte: expected 38 bytes for 30 unsigned bytes \(0x08\), found 39, so it has something more/,
  ],
  [
    "a wrong magic number",
    (cwd) =>
      writeFileSync(
        join(writeIdxFolder(cwd), "t10k-images-idx3-ubyte"),
        idx([10, 4, 4], new Uint8Array(160), 0x0803_00),
      ),
    ["--data", "."],
    /t10k-images-idx3-ubyte: expected an IDX file, which begins with two zero bytes, found bytes 00 08 03 00;/,
  ],
  [
    "counts that differ",
    (cwd) => writeFileSync(join(writeIdxFolder(cwd), "train-labels-idx1-ubyte"), someImages(31, 4, 5).labels),
    ["--data", "."],
    /train-labels-idx1-ubyte: expected 30 labels, one for each image of .*train-images-idx3-ubyte, found 31/,
  ],
  [
    "gzip cut short",
    (cwd) => writeFileSync(join(cwd, "data.csv.gz"), Buffer.from("1f8b0800000000000003cb4bcc4d", "hex")),
    ["--data", "data.csv.gz"],
    /data\.csv\.gz: expected a whole gzip file, found one that is cut short/,
  ],
  [
    "a ragged row",
    csv("label,x,y\n0,1,2\n1,2\n"),
    fromCsv,
    /data\.csv:3: expected 3 columns like the first row, found 2; mend or delete that row/,
  ],
  [
    "a word for a number",
    csv("label,x,y\n0,1,2\n1,abc,2\n"),
    fromCsv,
    /data\.csv:3:2: expected a number, found "abc" \(column "x"\)/,
  ],
  ["an empty file", csv(""), fromCsv, /data\.csv: expected rows of cells, found an empty file/],
  [
    "a header only",
    csv("label,x,y\n"),
    fromCsv,
    /data\.csv:1: expected rows of data below the header, found the header only/,
  ],
  [
    "one class",
    csv("label,x\n3,1\n3,2\n"),
    fromCsv,
    /data\.csv.*expected examples of at least two classes, found only "3"/,
  ],
  [
    "a label outside the classes seen in training",
    (cwd) => {
      writeFileSync(join(cwd, "train.csv"), "label,x\n0,1\n1,2\n");
      writeFileSync(join(cwd, "test.csv"), "label,x\n0,1\n2,2\n");
    },
    ["--data", "."],
    /test\.csv:3:1: expected a class seen in training \("0", "1"\), found "2" \(column "label"\)/,
  ],
  [
    "a label column that is not there",
    csv("label,x\n0,1\n1,2\n"),
    [...fromCsv, "--label", "digit"],
    /--label: .*found "digit"; its columns are "label", "x"/,
  ],
];

/** Expects exit code 2, one message, no stack trace, and nothing written. */
export async function expectRefusal([, prepare, args, message]: Case): Promise<void> {
  const cwd = temporaryFolder();
  prepare(cwd);
  const before = readdirSync(cwd).sort();
  const { code, stdout, stderr } = await train([...args, "--out", "kept"], { cwd, env: { CI: "true" } });
  expect(stderr).toMatch(message);
  // An error inside a file is found after the file's memory estimate has been printed.
  expect(stderr).toMatch(/^(memory .*\n)?error: /);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stderr.match(/error:/g)).toHaveLength(1);
  expect([code, stdout]).toEqual([2, ""]);
  expect(readdirSync(cwd).sort()).toEqual(before);
}
