import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { openDataset } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { MNIST_FOLDER } from "../support/mnist.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { trainJson } from "../support/train-cli.ts";

describe.runIf(MNIST_FOLDER)("on the real MNIST", () => {
  const mnist = MNIST_FOLDER!;

  it("the notes' job reaches what the same algorithm reaches in float32 NumPy", async () => {
    const summary = await trainJson(["--data", mnist, "--epochs", "60"], { cwd: temporaryFolder() });
    expect(summary.examples).toBe(60_000);
    // NumPy from the same initial weights: 0.8209 after 60 epochs; sums in another order move a few images.
    expect(Math.abs(summary.testAccuracy - 0.8209)).toBeLessThan(0.002);
  });

  it("a wide network with mini-batches passes 95 % in one epoch", async () => {
    const summary = await trainJson(["--data", mnist, "--epochs", "1", "--hidden", "64", "--batch-size", "32"], {
      cwd: temporaryFolder(),
    });
    expect(summary.testAccuracy).toBeGreaterThan(0.95);
  });

  it.each([
    ["notes", ["--epochs", "3", "--examples", "12001"]],
    ["mini", ["--epochs", "1", "--hidden", "128", "--batch-size", "128", "--examples", "3000"]],
    ["wide", ["--epochs", "1", "--hidden", "512,512", "--batch-size", "256", "--examples", "300"]],
  ])("the %s job ends in the same bits with any kernels and number of workers", async (_, args) => {
    const found: string[] = [];
    for (const [kernels, workers] of [
      ["plain", "2"],
      ["simd128", "0"],
      ["simd128", "3"],
      ["simd256", "0"],
      ["simd256", "1"],
      ["auto", "2"],
      ["auto", "8"],
    ]) {
      const job = ["--data", mnist, ...args, "--kernels", kernels, "--workers", workers];
      found.push((await trainJson(job, { cwd: temporaryFolder() })).weightsSha256);
    }
    expect(new Set(found).size).toBe(1);
  });

  it("its first images give the same weights as a table, however that is written", async () => {
    const cwd = temporaryFolder();
    const { X, labels, test } = await openDataset(mnist, { examples: 2000 });
    const train = Array.from({ length: 2000 }, (_, c) => c);
    const pixels = Array.from({ length: 784 }, (_, p) => p);
    /** A header and a line an image. */
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
    const job = ["--epochs", "2", "--examples", "2000", "--test-fraction", "0"];
    const { weightsSha256 } = await trainJson(["--data", mnist, ...job], { cwd });
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(cwd, name), content);
      expect([name, (await trainJson(["--data", name, ...job], { cwd })).weightsSha256]).toEqual([name, weightsSha256]);
    }
    const input = files["comma.csv"];
    expect((await trainJson(["--data", "-", ...job], { cwd, input })).weightsSha256).toBe(weightsSha256);

    // Columns of the test file in another order.
    const accuracies: number[] = [];
    for (const order of [pixels, pixels.map((p) => (p * 11) % 784)]) {
      const folder = temporaryFolder();
      writeFileSync(join(folder, "train.csv"), files["comma.csv"]);
      writeFileSync(join(folder, "test.csv"), table([...test.subarray(0, 500)], { order }));
      const summary = await trainJson(["--data", folder, "--epochs", "2"], { cwd });
      expect(summary.weightsSha256).toBe(weightsSha256);
      accuracies.push(summary.testAccuracy);
    }
    expect(accuracies[1]).toBe(accuracies[0]);
  });
});
