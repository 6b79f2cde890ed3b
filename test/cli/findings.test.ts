import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  addTrainOptions,
  commandAgain,
  configOf,
  decodeRow,
  findingsOf,
  type GivenOptions,
  metricsOf,
  settleRun,
  settleTrials,
  subjectOf,
  THOROUGHLY,
} from "@scratch-nn/cli";
import { createNetwork, evaluate, type Model, rowEncoder, taskOf, fit as trainNetwork } from "@scratch-nn/core";
import { Field } from "@scratch-nn/core/engine";
import { type Dataset, drawDigits, readTableDataset, testExamples, trainingExamples } from "@scratch-nn/data";
import type { Contribution } from "@scratch-nn/report";
import { Command } from "commander";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tableOf } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A network that was briefly trained on a dataset. */
function trained(dataset: Dataset, output: "softmax" | "sigmoid" | "identity", epochs = 60): Model {
  const task = taskOf(dataset);
  const outputs = task.kind === "classes" ? task.classes.length : task.names.length;
  const network = createNetwork({ layers: [dataset.inputs, 12, outputs], activation: "tanh", output, seed: 1 });
  trainNetwork(network, trainingExamples(dataset, output), { epochs, learningRate: 0.3 });
  const { classes, preprocessing, label } = dataset;
  return { network, classes, task: dataset.task, preprocessing, label };
}

async function table(head: string, rows: number, row: (r: number) => readonly (string | number)[], label: string[]) {
  const path = join(temporaryFolder(), "table.csv");
  writeFileSync(path, tableOf(head, rows, row));
  return readTableDataset("table", { train: path }, { label });
}

/** A pseudo-random number, from 0 to 1. */
const chance = (r: number, k: number): number => (Math.sin(12.9898 * r + 78.233 * k) * 43758.5453) % 1;

const mixed = (label: string, of: (a: number, b: string) => string | number) =>
  table(
    `a,b,noise,day,gap,${label}`,
    600,
    (r) => {
      const a = Math.round(1000 * chance(r, 1)) / 10;
      const b = ["x", "y", "z"][r % 3];
      const day = `2024-0${1 + (r % 9)}-1${r % 8}`;
      return [a, b, chance(r, 2).toFixed(3), day, r % 4 === 0 ? "" : r % 17, of(a, b)];
    },
    [label],
  );

describe("findings", () => {
  it("of digits agree with evaluate, are the same each time, and show pictures of mistakes, weights and places", async () => {
    const dataset = await drawDigits({ examples: 800 });
    const model = trained(dataset, "softmax", 40);
    const subject = subjectOf(model, dataset, "auto");
    const found = await findingsOf(subject, THOROUGHLY);
    const { accuracy, loss, confusion } = evaluate(model.network, testExamples(dataset)!);
    const { task, evaluated, mistakes, firstLayer, contributions } = found;
    expect(evaluated).toEqual({ part: "test", examples: 160, of: 160 });
    if (task.kind !== "classes" || mistakes?.kind !== "images" || contributions?.found.kind !== "patches")
      throw new Error();
    expect(task.accuracy).toBe(accuracy);
    expect(task.loss).toBeCloseTo(loss, 5);
    expect(task.confusion).toEqual(Array.from(confusion!.cells()));
    // All mistakes are real, the most confident first, and their pictures are those of the examples.
    for (const { example, truth, predicted, picture } of mistakes.items) {
      expect(truth).toBe(dataset.classes[dataset.labels[example - 1]]);
      expect(predicted).not.toBe(truth);
      const pixels = picture.pixels as { readonly bytes: Uint8Array };
      expect(pixels.bytes).toEqual(Uint8Array.from(dataset.X.subarray((example - 1) * 784, example * 784)));
    }
    const sure = mistakes.items.map(({ detail }) => Number.parseFloat(detail));
    expect(sure).toEqual(sure.toSorted((a, b) => b - a));
    expect(firstLayer?.units).toHaveLength(12);
    const weights = firstLayer!.units[3].picture.pixels as { readonly values: Float32Array };
    const own = model.network.W[1].subarray(3 * 784, 4 * 784);
    const most = own.reduce((max, w) => Math.max(max, Math.abs(w)), 0);
    expect(weights.values).toEqual(Float32Array.from(own, (w) => w / most));
    // The corners of drawn digits are empty, so they matter less than the middle.
    const { patches } = contributions.found;
    expect(patches).toHaveLength(49);
    expect(patches[24].loss).toBeGreaterThan(Math.abs(patches[0].loss));
    expect(await findingsOf(subject, THOROUGHLY)).toEqual(found);
  });

  it("count predictions by their probability: ten bins, and the error that follows", async () => {
    const dataset = await drawDigits({ examples: 300 });
    const { task } = await findingsOf(subjectOf(trained(dataset, "softmax", 20), dataset, "plain"), THOROUGHLY);
    if (task.kind !== "classes") throw new Error();
    const { bins, error } = task.reliability;
    const filled = bins.filter(({ count }) => count > 0);
    expect(filled.reduce((sum, { count }) => sum + count, 0)).toBe(60);
    expect(filled.reduce((sum, { count, accuracy }) => sum + count * accuracy, 0) / 60).toBeCloseTo(task.accuracy, 9);
    for (const { from, to, confidence } of filled) expect(confidence >= from && confidence <= to + 1e-6).toBe(true);
    const expected = filled.reduce((sum, bin) => sum + (bin.count / 60) * Math.abs(bin.accuracy - bin.confidence), 0);
    expect(error).toBeCloseTo(expected, 9);
  });

  it("of a table say that the column that decides matters, and the one that is chance does not", async () => {
    const dataset = await mixed("kind", (a, b) => (a > 20 === (b !== "x") ? "yes" : "no"));
    const found = await findingsOf(subjectOf(trained(dataset, "softmax", 300), dataset, "auto"), THOROUGHLY);
    if (found.contributions?.found.kind !== "columns" || found.mistakes?.kind !== "rows") throw new Error();
    const byName = new Map(
      found.contributions.found.columns.map((column): [string, Contribution] => [column.name, column]),
    );
    expect(Array.from(byName.keys())).toEqual(["a", "b", "noise", "day", "gap"]);
    for (const name of ["a", "b"]) {
      expect(byName.get(name)!.loss).toBeGreaterThan(5 * Math.abs(byName.get("noise")!.loss));
      expect(byName.get(name)!.score).toBeGreaterThan(0.1);
    }
    expect(new Set(found.mistakes.columns.slice(0, 2))).toEqual(new Set(["a", "b"]));
  });

  it("of a quantity hold predictions beside what is true, in its own units, and the residuals of all", async () => {
    const dataset = await mixed("price", (a, b) => Math.round(1000 * a + (b === "x" ? 20_000 : 0)) + 0.5);
    const model = trained(dataset, "identity", 200);
    const { task, mistakes } = await findingsOf(subjectOf(model, dataset, "auto"), THOROUGHLY);
    if (task.kind !== "quantities") throw new Error();
    const [{ points, residuals, rmse, r2 }] = task.quantities;
    const truths = Array.from(dataset.test, (column) => dataset.values![column]);
    expect(points.map(({ truth }) => truth)).toEqual(truths);
    const squares = points.map(({ truth, predicted }) => (predicted - truth) ** 2);
    expect(Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length)).toBeCloseTo(rmse, 6);
    expect(residuals.reduce((sum, { count }) => sum + count, 0)).toBe(dataset.test.length);
    expect(r2).toBeGreaterThan(0.5);
    const worst = Math.max(...squares.map(Math.sqrt));
    expect(Math.abs(Number(mistakes!.items[0].detail.replace("off by ", "")))).toBeCloseTo(worst, 0);
  });

  it("of labels list what was predicted and what is so", async () => {
    const dataset = await table(
      "a,b,hot,cold",
      400,
      (r) => {
        const [a, b] = [chance(r, 1), chance(r, 2)];
        return [a.toFixed(3), b.toFixed(3), a > 0 ? "yes" : "no", b > 0.2 ? "yes" : "no"];
      },
      ["hot", "cold"],
    );
    const { task, mistakes } = await findingsOf(subjectOf(trained(dataset, "sigmoid"), dataset, "auto"), THOROUGHLY);
    if (task.kind !== "labels" || mistakes === undefined) throw new Error();
    expect(task.labels.map(({ name }) => name)).toEqual(["hot", "cold"]);
    expect(task.reliability.bins.reduce((sum, { count }) => sum + count, 0)).toBe(2 * dataset.test.length);
    for (const { truth, predicted, detail } of mistakes.items) {
      expect(truth).not.toBe(predicted);
      expect(detail).toMatch(/^[12] of 2 wrong$/);
    }
  });

  it("look at no more examples than they may, evenly taken", async () => {
    const dataset = await drawDigits({ examples: 2000 });
    const limits = { work: 1, examples: 1000, contributions: { work: 1, examples: 10 } };
    const { evaluated, contributions } = await findingsOf(
      subjectOf(trained(dataset, "softmax", 1), dataset, "auto"),
      limits,
    );
    expect(evaluated).toEqual({ part: "test", examples: 256, of: 400 });
    expect(contributions).toBeUndefined();
  });
});

describe("the cells that a network's inputs came from", () => {
  it("are read back from them", async () => {
    const dataset = await mixed("kind", (a) => (a > 0 ? "yes" : "no"));
    const { preprocessing } = dataset;
    const { inputs, encode } = rowEncoder(preprocessing);
    const columns = Array.from(preprocessing.columns.keys());
    const read = (cells: (string | number | undefined)[]): string[] => {
      const X = new Float32Array(inputs);
      encode(cells, X, 0);
      return decodeRow(preprocessing, X, columns);
    };
    expect(read([12.5, "y", 0.25, "2024-03-12", 7])).toEqual(["12.5", "y", "0.25", "2024-03-12", "7"]);
    expect(read([-40, "x", 0, "2023-12-31", undefined])).toEqual(["-40", "x", "0", "2023-12-31", "–"]);
    expect(read([0, "new", 0, "2024-01-01", 0])[1]).toMatch(/another/);
    fc.assert(
      fc.property(
        fc.integer({ min: -999, max: 999 }),
        fc.constantFrom("x", "y", "z"),
        fc.integer({ min: 0, max: 16 }),
        (tenths, word, gap) => {
          const [a, b, , , g] = read([tenths / 10, word, 0.5, "2024-05-05", gap]);
          return Number(a) === tenths / 10 && b === word && Number(g) === gap;
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("the command that trains a run again", () => {
  /** The config that flags lead to, like in config.json. */
  const configFrom = (words: readonly string[]) => {
    const command = addTrainOptions(new Command("train")).exitOverride();
    command.parse([...words], { from: "user" });
    const given = new Set(Object.keys(command.opts()).filter((name) => command.getOptionValueSource(name) === "cli"));
    const { isOpen, ...options } = settleRun(settleTrials(command.opts<GivenOptions & { isOpen?: boolean }>(), given));
    // No option describes the table.
    return configOf(isOpen ? { ...options, recipe: "auto" } : options, undefined);
  };
  const wordsOf = (command: string): string[] =>
    Array.from(command.replace(/^pnpm train /, "").matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g), ([, quoted, plain]) =>
      quoted === undefined ? plain : quoted.replaceAll("'\\''", "'"),
    );

  it.each([
    ["--data digits", ["--data", "digits"]],
    ["a portfolio", ["--data", "/data/t.csv", "--label", "it's"]],
    ["no recipe", ["--data", "/data/t.csv", "--recipe", "notes"]],
    ["folds", ["--data", "/data/t.csv", "--recipe", "auto", "--folds", "3", "--seed", "7"]],
    [
      "an optimiser",
      ["--optimizer", "adamw", "--lr", "0.002", "--weight-decay", "0.1", "--schedule", "cosine", "--warmup", "9"],
    ],
    [
      "layers",
      ["--hidden", "64,32", "--batch-size", "128", "--epochs", "3", "--layer-factors", "1,0.5,2", "--zero-output"],
    ],
    [
      "columns",
      [
        "--data",
        "/a b/t.csv",
        "--label",
        "x",
        "--label",
        "y",
        "--drop",
        "a,b",
        "--header",
        "no",
        "--delimiter",
        "tab",
        "--epochs",
        "2",
      ],
    ],
    ["a loss", ["--class-weights", "a=2,b c=1", "--label-smoothing", "0.1", "--dropout", "0.25", "--clip-norm", "2"]],
    ["a validation", ["--validation-fraction", "0.2", "--patience", "5", "--best-by", "score"]],
    ["the last weights", ["--validation-fraction", "0.2", "--patience", "5", "--keep", "last"]],
    ["a mean", ["--average-from", "0.5"]],
    ["shards", ["--shards", "3", "--test-fraction", "0.5", "--examples", "100"]],
  ])("says all that it needs, and no more: %s", (_, flags) => {
    const config = configFrom(flags);
    const isTable = config.data.endsWith(".csv");
    const again = commandAgain(config, { isTable, shards: 16 });
    expect(configFrom(wordsOf(again))).toEqual(config);
    expect(wordsOf(again).length).toBeLessThanOrEqual(flags.length + 4);
  });

  it("leaves out shards that a step has anyway", () => {
    const config = { ...configFrom(["--hidden", "5"]), shards: 16 };
    expect(commandAgain(config, { isTable: false, shards: 16 })).toBe("pnpm train --data digits --hidden 5");
    expect(commandAgain(config, { isTable: false, shards: 8 })).toContain("--shards 16");
  });
});

describe("metrics.json", () => {
  const read = (value: unknown) => metricsOf(new Field({ where: "metrics.json", remedy: "mend it" }, value));

  it("of another kind of run, or none, says less", () => {
    expect(read({}).epochs).toEqual([]);
    expect(read({ weightsOf: "best", bestEpoch: 3 }).keptEpoch).toBe(3);
  });

  it.each([
    [[], "an object"],
    [{ epochReports: 3 }, "an array"],
    [{ epochReports: [{ epoch: 1, loss: "1" }] }, "a finite number"],
    [{ threadTimes: [{ convert: 1 }] }, "a finite number"],
    [{ workers: -1 }, "a whole number"],
  ])("that was changed by hand is refused with its place: %j", (value, expected) => {
    expect(() => read(value)).toThrow(expected);
  });
});
