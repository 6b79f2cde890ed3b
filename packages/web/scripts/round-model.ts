/**
 * Makes the page's model from a trained one by rounding the weights to multiples of 1/64. The rounded model predicts
 * the same classes for MNIST's test images, and compresses to a fifth. It stays an ordinary model file of f32 weights.
 *
 *   node packages/web/scripts/round-model.ts <model.safetensors of a run> <file to write>
 */
import { readFileSync, writeFileSync } from "node:fs";
import { decodeModel, encodeModel, networkOf } from "@scratch-nn/core";

/** A power of two, so that the products are exact. */
const STEPS = 64;

const [from, to] = process.argv.slice(2);
if (to === undefined) {
  process.stderr.write("round-model: pass a model.safetensors and the file to write\n");
  process.exit(2);
}
const model = decodeModel(readFileSync(from), from);
const { layers, activation, parameters, output } = model.network;
const rounded = parameters.map((value) => Math.round(value * STEPS) / STEPS);
writeFileSync(to, encodeModel({ ...model, network: networkOf(layers, activation, rounded, output) }));
