import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNetwork, evaluate, InputError } from "@scratch-nn/core";
import { openDataset } from "@scratch-nn/data";
import * as parallel from "@scratch-nn/parallel";
import { assert, asyncProperty, constantFrom } from "fast-check";
import { describe, expect, it } from "vitest";
import { runHere, trainHere } from "../support/here.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE } from "../support/train-cli.ts";

/** The names that every object inherits. */
const INHERITED = Object.getOwnPropertyNames(Object.prototype);

/** The flags with a value that `--help` lists. */
async function flagsOf(command: string): Promise<string[]> {
  const { stdout } = await runHere([command, "--help"], { cwd: temporaryFolder() });
  return Array.from(stdout.matchAll(/^ {2}(--[a-z-]+) </gm), ([, flag]) => flag);
}

/** Flags that name files or folders to write, so that any value is valid. */
const FREE = new Set(["--out", "--trace"]);

describe("a word that every object has a property of is no name that anything here knows:", () => {
  it.each(["train", "predict", "evaluate"])("as the value of any flag of %s", async (command) => {
    const flags = await flagsOf(command);
    expect(flags).toContain("--data");
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "few.csv"), `label,x,y\n${"a,1,2\nb,2,1\n".repeat(5)}`);
    await trainHere(["--data", "few.csv", "--epochs", "1", "--out", "kept", "--quiet", ...ALONE], { cwd });
    const files = readdirSync(cwd);
    const begin = command === "train" ? ["train", "--epochs", "1", ...ALONE] : [command, "kept"];
    await assert(
      asyncProperty(
        constantFrom(...flags.filter((flag) => !FREE.has(flag))),
        constantFrom(...INHERITED),
        async (flag, word) => {
          const data = flag === "--data" ? [] : ["--data", "few.csv"];
          const { code, stdout, stderr } = await runHere([...begin, ...data, `${flag}=${word}`], { cwd });
          expect([flag, word, code, stdout]).toEqual([flag, word, 2, ""]);
          expect(stderr).toMatch(/error: [^\n]*(expected|unknown|argument)[^\n]*\n$/);
          expect(stderr).toContain(word);
          expect(readdirSync(cwd).filter((name) => name !== "runs")).toEqual(files);
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each(["__proto__", "constructor", "toString"])("as a command, or as a flag: %s", async (word) => {
    for (const args of [[word], ["train", `--${word}`], ["train", `--no-${word}`], ["predict", "x", `--${word}=1`]]) {
      const { code, stderr } = await runHere(args, { cwd: temporaryFolder() });
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).toMatch(/^error: (unknown|required)/);
    }
  });

  it("as an option of the packages", async () => {
    const network = createNetwork({ layers: [2, 2] });
    const examples = { X: Float32Array.of(0, 1, 1, 0), labels: [0, 1] };
    for (const word of INHERITED) {
      const name = word as never;
      expect(() => createNetwork({ layers: [2, 2], activation: name })).toThrow(InputError);
      expect(() => createNetwork({ layers: [2, 2], init: name })).toThrow(InputError);
      expect(() => evaluate(network, examples, { kernels: name })).toThrow(InputError);
      await expect(parallel.fit(network, examples, { epochs: 1, kernels: name })).rejects.toThrow(InputError);
      await expect(parallel.fit(network, examples, { epochs: 1, update: name })).rejects.toThrow(InputError);
      await expect(openDataset(word)).rejects.toThrow(InputError);
      await expect(openDataset("digits", { examples: 10, scale: name })).rejects.toThrow(InputError);
      // An own property of such a name is an unknown option.
      const own = Object.defineProperty({ epochs: 1 }, word, { value: 1, enumerable: true });
      await expect(parallel.fit(network, examples, own)).rejects.toThrow(InputError);
    }
  });
});

describe("in a table such a word is a word:", () => {
  it("as a column, a class, a category, an id", async () => {
    const cwd = temporaryFolder();
    const rows = INHERITED.flatMap((word, i) => [`${word},${i},${word},id-${i}`, `other,${-i},none,valueOf`]);
    writeFileSync(join(cwd, "words.csv"), `label,__proto__,constructor,toString\n${[...rows, ...rows].join("\n")}\n`);
    const args = [
      "--data",
      "words.csv",
      "--label",
      "label",
      "--categorical",
      "constructor",
      "--test-fraction",
      "0",
      "--recipe",
      "notes",
    ];
    const trained = await trainHere([...args, "--epochs", "1", "--out", "kept", ...ALONE], { cwd });
    expect(trained.stderr).toMatch(/__proto__ +number/);
    expect(trained.code).toBe(0);
    for (const format of ["csv", "jsonl", "kaggle"]) {
      const predicted = await runHere(
        ["predict", "kept", "--data", "words.csv", "--id", "toString", "--format", format],
        { cwd },
      );
      expect([predicted.code, predicted.stdout.split("\n").length]).toEqual([
        0,
        2 * rows.length + (format === "jsonl" ? 1 : 2),
      ]);
    }
    expect((await runHere(["evaluate", "kept", "--data", "words.csv", "--json"], { cwd })).code).toBe(0);
  });
});
