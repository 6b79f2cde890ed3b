import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { flagsSchema, trainCommand } from "@scratch-nn/cli";
import { describe, expect, it } from "vitest";
import { refusal, trainHere, trainJsonHere } from "../support/here.ts";
import { REPOSITORY } from "../support/packed.ts";
import { tableOf } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE } from "../support/train-cli.ts";

/** Creates a folder with this config as run.json. */
function withConfig(config: unknown): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "run.json"), typeof config === "string" ? config : JSON.stringify(config));
  return cwd;
}

const SMALL = { examples: 200, epochs: 2, hidden: [8], workers: 0 };

describe("a run folder's config.json", () => {
  it("repeats the run to the bit, alone", async () => {
    const cwd = temporaryFolder();
    const flags = ["--optimizer", "adamw", "--schedule", "cosine", "--warmup", "3", "--batch-size", "32"];
    const job = ["--examples", "300", "--epochs", "3", "--hidden", "9,7", "--activation", "mish", "--seed", "5"];
    const first = await trainJsonHere([...job, ...flags, ...ALONE, "--out", "first"], { cwd });
    const again = await trainJsonHere(["--config", "first"], { cwd });
    expect(again.weightsSha256).toBe(first.weightsSha256);
    const kept = (folder: string): unknown => JSON.parse(readFileSync(join(cwd, folder, "config.json"), "utf8"));
    expect(kept(again.out)).toEqual(kept("first"));
  });

  it("repeats a run on a table, whatever its flags said of it", async () => {
    const cwd = temporaryFolder();
    const row = (r: number) => [r, (r * 7) % 50, r % 3 ? "Oslo" : "Rome", (r * 7) % 50 < 20 ? "yes" : "no"];
    writeFileSync(join(cwd, "t.csv"), tableOf("id;age;city;member", 90, row).replaceAll(",", ";"));
    const flags = ["--label", "member", "--drop", "id", "--categorical", "city", "--delimiter", "semicolon"];
    const job = [...flags, "--header", "yes", "--test-fraction", "0.3", "--scale", "robust", "--epochs", "2", ...ALONE];
    const first = await trainJsonHere(["--data", "t.csv", ...job, "--out", "first"], { cwd });
    mkdirSync(join(cwd, "elsewhere"));
    const again = await trainJsonHere(["--config", "../first/config.json"], { cwd: join(cwd, "elsewhere") });
    expect(again.weightsSha256).toBe(first.weightsSha256);
  });

  it.each([
    ["class weights", ["--class-weights", "yes=2,no=1", "--epochs", "3"]],
    ["a recipe that followed from the data", ["--examples", "30"]],
  ])("repeats a run with %s", async (_, flags) => {
    const cwd = temporaryFolder();
    const row = (r: number) => [(r * 7) % 50, r % 3, (r * 7) % 50 < 20 ? "yes" : "no"];
    writeFileSync(join(cwd, "t.csv"), tableOf("age,rooms,member", 60, row));
    const first = await trainJsonHere(["--data", "t.csv", "--label", "member", ...flags, "--out", "first"], { cwd });
    expect((await trainJsonHere(["--config", "first"], { cwd })).weightsSha256).toBe(first.weightsSha256);
    // The config omits what a recipe decides.
    const config = JSON.parse(readFileSync(join(cwd, "first/config.json"), "utf8"));
    expect("epochs" in config).toBe(config.recipe === undefined);
  });

  it("may name a recipe and all that follows from it, which another config may not", async () => {
    const cwd = withConfig({ data: "t.csv", recipe: "short", hidden: [4] });
    writeFileSync(
      join(cwd, "t.csv"),
      tableOf("age,member", 60, (r) => [(r * 7) % 50, r % 2 ? "yes" : "no"]),
    );
    const { code, stderr } = await trainHere(["--config", "run.json", "--out", "run"], { cwd });
    expect(stderr).toMatch(
      /^error: run\.json:\d+:\d+, hidden: expected nothing beside --recipe short, which says how to train/,
    );
    expect(code).toBe(2);
    expect(existsSync(join(cwd, "run"))).toBe(false);
  });

  it("is refused where the data are others by now", async () => {
    const cwd = temporaryFolder();
    const row = (r: number) => [(r * 7) % 50, (r * 7) % 50 < 20 ? "yes" : "no"];
    writeFileSync(join(cwd, "t.csv"), tableOf("age,member", 90, row));
    await trainJsonHere(["--data", "t.csv", "--epochs", "2", ...ALONE, "--out", "first"], { cwd });
    writeFileSync(join(cwd, "t.csv"), tableOf("age,member", 91, row));
    const { code, stderr } = await trainHere(["--config", "first"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /error: first\/config\.json:\d+:\d+, dataSha256: expected the data of that SHA-256, [0-9a-f]{16}\.\.\., found other examples in /,
    );
  });
});

describe("--config", () => {
  it("gives flags, over which those on the command line win", async () => {
    const cwd = withConfig({ $schema: "./config.schema.json", ...SMALL, lr: 0.5, drop: undefined });
    const out = await trainJsonHere(["--config", "run.json", "--hidden", "4", "--examples", "100", "--out", "run"], {
      cwd,
    });
    expect(out.layers).toEqual([784, 4, 10]);
    expect(JSON.parse(readFileSync(join(cwd, "run/config.json"), "utf8"))).toMatchObject({
      ...SMALL,
      lr: 0.5,
      hidden: [4],
      examples: 100,
    });
  });

  it("takes flags without a value, times, and a byte order mark", async () => {
    const config = { ...SMALL, json: true, quiet: true, checkpointEvery: "10m", keepCheckpoints: 1, out: "kept" };
    const { code, stdout, stderr } = await trainHere(["--config", "run.json"], {
      cwd: withConfig(`\uFEFF${JSON.stringify(config)}`),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ out: "kept", epochs: 2 });
  });

  it("of other data than dataSha256 says, that flags name, says so", async () => {
    const cwd = withConfig({ ...SMALL, dataSha256: "0".repeat(64) });
    const refused = await trainHere(["--config", "run.json"], { cwd });
    expect(refused.stderr).toContain(
      "run.json:1:66, dataSha256: expected the data of that SHA-256, 0000000000000000...",
    );
    const { code, stderr } = await trainHere(["--config", "run.json", "--examples", "150"], { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain("these are other examples than those of dataSha256 in the config (0000000000000000...)");
  });

  it("is refused beside --resume, both named", async () => {
    const cwd = withConfig(SMALL);
    const { code, stderr } = await trainHere(["--config", "run.json", "--resume", "there"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("--config: expected nothing beside --resume: the run goes on by the config in there");
  });

  it.each<[string, string]>([
    [`{"lr": 1,\n "x" 2}`, "run.json:2:6: expected JSON, found an unexpected number; mend the file"],
    [`{"lr": 1,}`, `run.json:1:10: expected JSON, found an unexpected "}"; mend the file`],
    [`{"lr": 1`, "run.json:1:9: expected JSON, found the end of input"],
    [``, "run.json:1:1: expected JSON, found the end of input"],
    [`// lr\n{}`, "run.json:1:1: expected JSON, found an unexpected character '/'"],
    [`[1]`, 'run.json:1:1: expected an object: {"epochs": 100, ...}, found a JSON array'],
    ["[".repeat(1e5), "run.json: expected JSON of few levels, found thousands"],
    [`{"lr": 1,\n "lr": 2}`, `run.json:2:2: expected each key once, found "lr" once more, after line 1`],
    [
      `{"batch_size": 1}`,
      'run.json:1:2, batch_size: expected a flag of train in camelCase, found "batch_size"; did you mean batchSize?',
    ],
    [`{"learningRate": 1}`, "did you mean lr?"],
    [`{"epoch": 1}`, "did you mean epochs?"],
    [`{"xyzzy": 1}`, "run.json:1:2, xyzzy: expected a flag of train in camelCase: data, examples, "],
    [`{"resume": "x"}`, 'found "resume"; pass --resume on the command line'],
    [`{"config": "x"}`, 'found "config"; pass --config on the command line'],
    [
      `{"epochs": 1.5}`,
      'run.json:1:12, epochs: expected a whole number from 1 to 2147483647, found "1.5"; write for example 100',
    ],
    [`{"lr": "0.1"}`, 'run.json:1:8, lr: expected a number, found "0.1"'],
    [`{"lr": 0}`, 'found "0"; write for example 0.1'],
    [`{"lr": 1e999}`, 'found "Infinity"'],
    [`{"lr": null}`, "found null; leave lr out, or write what it is"],
    [`{"hidden": []}`, 'found ""; write for example [128,64]'],
    [`{"hidden": 5}`, "hidden: expected a list of whole numbers, found 5"],
    [`{"hidden": [1, "a"]}`, 'hidden: expected a list of whole numbers, found "a" in place 2'],
    [
      `{"batchSize": "half"}`,
      'batchSize: expected full, or a whole number from 1, found "half"; write for example 128',
    ],
    [`{"batchSize": true}`, 'batchSize: expected "full" or a whole number, found true'],
    [`{"header": "yes"}`, 'header: expected true or false, found "yes"'],
    [`{"quiet": 1}`, "quiet: expected true or false, found 1"],
    [`{"drop": ["a,b"]}`, 'drop: expected texts without commas, which part them, found "a,b"'],
    [`{"label": ["a", 1]}`, "label: expected a text or a list of texts, found an array of 2"],
    [`{"classWeights": {"a": "b"}}`, 'classWeights: expected "balanced" or an object of numbers by names'],
    [`{"classWeights": {"a,b": 1}}`, 'classWeights: expected texts without commas, which part them, found "a,b=1"'],
    [`{"activation": "rleu"}`, "activation: expected one of "],
    [`{"data": "nope.csv"}`, "run.json:1:10, data: expected digits, mnist"],
    [`{"label": "x"}`, "run.json:1:11, label: expected data that are a table"],
    [`{"optimizer": "adam",\n"momentum": 0.9}`, "run.json:2:13, momentum: expected no such number of adam"],
    [`{"layers": [784, 9, 10]}`, "run.json:1:12, layers: expected hidden beside it"],
    [`{"dataSha256": "12"}`, "dataSha256: expected a SHA-256 of 64 hexadecimal digits"],
    [`{"__proto__": 1}`, "run.json:1:2, __proto__: expected a flag of train"],
  ])("of %s is refused, with the place", async (config, said) => {
    const { code, stderr } = await refusal(["train", "--config", "run.json"], { cwd: withConfig(config) });
    expect(stderr).toContain(said);
    expect({ code, lines: stderr.trim().split("\n").length }).toEqual({ code: 2, lines: 1 });
  });

  it("that is no file, or no text, is refused", async () => {
    const missing = await trainHere(["--config", "nope.json"], { cwd: temporaryFolder() });
    expect(missing.stderr).toContain("--config: expected a JSON file, or the folder of a run, found nope.json: ENOENT");
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "run.json"), Uint8Array.of(0x7b, 0xff, 0x7d));
    const { code, stderr } = await trainHere(["--config", "run.json"], { cwd });
    expect(stderr).toContain("--config: expected JSON in UTF-8, found other bytes in run.json");
    expect([missing.code, code]).toEqual([2, 2]);
  });
});

describe("config.schema.json", () => {
  const command = trainCommand();
  const schema = JSON.parse(readFileSync(join(REPOSITORY, "packages/cli/config.schema.json"), "utf8"));

  it("is what follows from the flags of train: `pnpm schema` writes it", () => {
    expect(schema).toEqual(JSON.parse(JSON.stringify(flagsSchema(command))));
  });

  it.each(
    command.options
      .map((option) => [option.attributeName(), option.long] as const)
      .filter(([key]) => key !== "config" && key !== "resume"),
  )("has %s, for %s, with its meaning and what it may be", (key) => {
    const { description, type, enum: names, anyOf } = schema.properties[key];
    expect(description).toBeTruthy();
    expect(type ?? names ?? anyOf).toBeTruthy();
  });
});
