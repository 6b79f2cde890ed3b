import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
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
    ["notes", ["--epochs", "3"]],
    ["mini", ["--epochs", "1", "--hidden", "128", "--batch-size", "128", "--examples", "3000"]],
    ["wide", ["--epochs", "1", "--hidden", "512,512", "--batch-size", "256", "--examples", "1000"]],
  ])("the %s job ends in the same bits for all kernels and numbers of workers", async (_, args) => {
    const found: string[] = [];
    for (const kernels of ["plain", "simd128", "simd256"]) {
      for (const workers of kernels === "plain" ? ["0", "2"] : ["0", "1", "2", "3", "8"]) {
        const job = ["--data", mnist, ...args, "--kernels", kernels, "--workers", workers];
        found.push((await trainJson(job, { cwd: temporaryFolder() })).weightsSha256);
      }
    }
    expect(new Set(found).size).toBe(1);
  });

  it("its first images as a Kaggle CSV give the same weights as the IDX files", async () => {
    const cwd = temporaryFolder();
    const { X, labels } = await openDataset(mnist, { examples: 3000 });
    const file = createWriteStream(join(cwd, "train.csv"));
    file.write(`label,${Array.from({ length: 784 }, (_, p) => `pixel${p}`).join(",")}\n`);
    for (let c = 0; c < 3000; c++) file.write(`${labels[c]},${X.subarray(784 * c, 784 * (c + 1)).join(",")}\n`);
    file.end();
    await finished(file);
    const args = ["--epochs", "3", "--examples", "3000"];
    const fromIdx = await trainJson(["--data", mnist, ...args], { cwd });
    const fromCsv = await trainJson(["--data", "train.csv", "--test-fraction", "0", ...args], { cwd });
    expect(fromCsv.weightsSha256).toBe(fromIdx.weightsSha256);
  });
});
