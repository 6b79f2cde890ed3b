// A program on @scratch-nn/core like a user's: compiled with the packed packages, without types of Node or the web.

import {
  createNetwork,
  type Examples,
  encodeModel,
  InputError,
  loadModel as loadFast,
  type Model,
  type Predictor,
  type Preprocessing,
  predict,
  fit as train,
} from "@scratch-nn/core";
import { loadModel, type Predictions } from "@scratch-nn/core/predict";

const examples: Examples = {
  X: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1),
  labels: ["same", "other", "other", "same"],
  classes: ["same", "other"],
  columns: [0, 1, 2, 3],
};
const network = createNetwork({ layers: [2, 8, 2], activation: "tanh", seed: 1 });
train(network, examples, { epochs: 5, learningRate: 0.5, onEpoch: ({ loss }) => loss.toFixed(3) });
const numbers: Uint16Array = predict(network, [0, 1]).classes;

const preprocessing: Preprocessing = {
  columns: ["a", "b"],
  named: true,
  encoders: [{ kind: "pixels", column: 0, count: 2, factor: 1 }],
};
const model: Model = { network, classes: ["same", "other"], preprocessing, label: undefined };
const bytes: Uint8Array = encodeModel(model);
const predictor: Predictor = loadModel(bytes, "model.safetensors");
const found: Predictions = predictor.predict([[0, 1], { a: 0, b: "1" }, new Uint8ClampedArray(2)]);
const words: string[] = found.classes;
const probabilities: Float32Array = loadFast(bytes).predictColumns(new Float64Array(4)).probabilities;

export const results = [numbers, words, probabilities, InputError.name];
