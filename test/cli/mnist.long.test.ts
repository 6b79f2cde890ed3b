import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as core from "@scratch-nn/core";
import { openDataset, trainingExamples } from "@scratch-nn/data";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { trainJsonHere } from "../support/here.ts";
import { MNIST_FOLDER } from "../support/mnist.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { trainJson } from "../support/train-cli.ts";
import { whenBegun } from "../support/when-begun.ts";

describe.runIf(MNIST_FOLDER)("on the real MNIST", () => {
  const mnist = MNIST_FOLDER!;

  it("the notes' job reaches what the same algorithm reaches in float32 NumPy", async () => {
    const summary = await trainJsonHere(["--data", mnist, "--epochs", "60"], { cwd: temporaryFolder() });
    expect(summary.examples).toBe(60_000);
    // NumPy reaches 0.8209 after 60 epochs from the same initial weights; another order of sums changes a few images.
    expect(Math.abs(summary.testAccuracy - 0.8209)).toBeLessThan(0.002);
  });

  it.each([
    ["notes", [784, 10, 10], { epochs: 2, examples: 12_001 }],
    ["mini", [784, 128, 10], { epochs: 2, batchSize: 128, examples: 1000 }],
    ["wide", [784, 512, 512, 10], { epochs: 2, batchSize: 64, examples: 100 }],
  ] as const)("the %s job ends in the same bits with any kernels and number of workers", async (_, layers, job) => {
    const { examples, ...options } = job;
    const training = trainingExamples(await openDataset(mnist, { examples }));
    const found: string[] = [];
    for (const [kernels, workers] of [
      ["plain", 2],
      ["simd128", 0],
      ["simd128", 3],
      ["simd256", 0],
      ["simd256", 1],
      ["auto", 2],
      ["auto", 8],
    ] as const) {
      const network = core.createNetwork({ layers });
      if (workers === 0) {
        core.fit(network, training, { ...options, kernels });
      } else {
        const threads = { workers, cores: 4 };
        // Without this wait, main could finish before the workers have started.
        const begun = whenBegun(parallel.activeWorkers(threads, 8) - 1);
        const onEpoch = ({ epoch }: core.EpochReport) => (epoch === 1 ? begun() : undefined);
        await parallel.fit(network, training, { ...options, kernels, ...threads, onEpoch });
      }
      found.push(weightsSha256(network));
    }
    expect(new Set(found).size).toBe(1);
  });

  it("its first images give the same weights as a table, however that is written", async () => {
    const cwd = temporaryFolder();
    const { X, labels, test } = await openDataset(mnist, { examples: 500 });
    const train = Array.from({ length: 500 }, (_, c) => c);
    const pixels = Array.from({ length: 784 }, (_, p) => p);
    /** A header, and a line per image. */
    const table = (columns: readonly number[], { order = pixels, delimiter = ",", end = "\n", zeros = "" } = {}) =>
      [
        ["label", ...order.map((p) => `pixel${p}`)],
        ...columns.map((c) => [labels[c], ...order.map((p) => `${X[784 * c + p]}${zeros}`)]),
      ]
        .map((cells) => cells.join(delimiter) + end)
        .join("");
    const files: Readonly<Record<string, string | Uint8Array>> = {
      "comma.csv": table(train),
      "semicolon.csv": table(train, { delimiter: ";", zeros: ",0" }),
      "utf16.csv": Buffer.from(`\ufeff${table(train)}`, "utf16le"),
      "return.csv": table(train, { end: "\r" }),
      "zipped.csv.gz": gzipSync(table(train)),
    };
    const job = ["--epochs", "2", "--examples", "500", "--test-fraction", "0"];
    const expected = (await trainJsonHere(["--data", mnist, ...job], { cwd })).weightsSha256;
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(cwd, name), content);
      expect([name, (await trainJsonHere(["--data", name, ...job], { cwd })).weightsSha256]).toEqual([name, expected]);
    }
    const input = files["comma.csv"];
    expect((await trainJson(["--data", "-", ...job], { cwd, input })).weightsSha256).toBe(expected);

    // The test file may order its columns differently.
    const accuracies: number[] = [];
    for (const order of [pixels, pixels.map((p) => (p * 11) % 784)]) {
      const folder = temporaryFolder();
      writeFileSync(join(folder, "train.csv"), files["comma.csv"]);
      writeFileSync(join(folder, "test.csv"), table([...test.subarray(0, 100)], { order }));
      const summary = await trainJsonHere(["--data", folder, "--epochs", "2"], { cwd });
      expect(summary.weightsSha256).toBe(expected);
      accuracies.push(summary.testAccuracy);
    }
    expect(accuracies[1]).toBe(accuracies[0]);
  });
});
