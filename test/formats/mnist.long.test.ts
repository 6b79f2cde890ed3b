import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { decodeModel, loadModel } from "@scratch-nn/core";
import { openDataset } from "@scratch-nn/data";
import { toJsModule, toOnnx } from "@scratch-nn/formats";
import { Tensor } from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import { runHere, trainJsonHere } from "../support/here.ts";
import { MNIST_FOLDER } from "../support/mnist.ts";
import { largestDifference, openOnnx, runOnnx } from "../support/onnx-runtime.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe.runIf(MNIST_FOLDER)("a network trained on the real MNIST", () => {
  it("gives the same classes for all 10,000 test images in ONNX Runtime and as a JavaScript module", async () => {
    const cwd = temporaryFolder();
    const job = ["--epochs", "1", "--hidden", "64", "--batch-size", "32", "--out", "run"];
    const { testAccuracy } = await trainJsonHere(["--data", MNIST_FOLDER!, ...job], { cwd });
    // One epoch of mini-batches suffices for this.
    expect(testAccuracy).toBeGreaterThan(0.95);
    for (const format of ["onnx", "js"]) {
      const { code, stderr } = await runHere(["export", "run", "--format", format], { cwd });
      expect([code, stderr]).toEqual([0, ""]);
    }
    const bytes = readFileSync(join(cwd, "run/model.safetensors"));
    const { X, test } = await openDataset(MNIST_FOLDER!);
    expect(test.length).toBe(10_000);
    const images = Float32Array.from({ length: 784 * test.length }, (_, i) => {
      return X[784 * test[Math.floor(i / 784)] + (i % 784)];
    });
    const ours = loadModel(bytes).predictColumns(images);

    const file = readFileSync(join(cwd, "run/model.onnx"));
    const model = decodeModel(bytes);
    expect(file.equals(toOnnx(model))).toBe(true);
    const pixels = new Tensor("float32", images, [test.length, 784]);
    const found = await runOnnx(await openOnnx(file), { pixels });
    expect(found.label).toEqual(ours.classes);
    expect(largestDifference(found.probabilities!, ours.probabilities)).toBeLessThan(1e-5);

    const path = join(cwd, "run/model.mjs");
    expect(readFileSync(path, "utf8")).toBe(toJsModule(model).code);
    const { predict } = await import(pathToFileURL(path).href);
    for (let c = 0; c < test.length; c++) {
      const { label, probabilities } = predict(images.subarray(784 * c, 784 * (c + 1)));
      if (label !== ours.classes[c] || probabilities[0] !== ours.probabilities[10 * c]) {
        expect([c, label, probabilities[0]]).toEqual([c, ours.classes[c], ours.probabilities[10 * c]]);
      }
    }
  });
});
