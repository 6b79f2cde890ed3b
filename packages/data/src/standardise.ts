/** The rule for numeric features of any range: (x - mean) / deviation, per feature. */
import type { InputScaling } from "./dataset.ts";

/**
 * Standardises features in place. Mean and deviation are those of the training columns, summed in
 * f64 in the order of the columns, so that nothing leaks from the test part and the figures do
 * not depend on how the file was read. A feature that never varies becomes 0.
 * @param X [inputs, m]
 * @returns the rule, to be kept with the model
 */
export function standardise(X: Float32Array, inputs: number, train: Uint32Array): InputScaling {
  const mean = new Float64Array(inputs);
  const deviation = new Float64Array(inputs);
  for (const column of train) {
    for (let i = 0; i < inputs; i++) mean[i] += X[column * inputs + i];
  }
  for (let i = 0; i < inputs; i++) mean[i] /= train.length;
  for (const column of train) {
    for (let i = 0; i < inputs; i++) deviation[i] += (X[column * inputs + i] - mean[i]) ** 2;
  }
  for (let i = 0; i < inputs; i++) deviation[i] = Math.sqrt(deviation[i] / train.length) || 1;
  for (let place = 0; place < X.length; place++) {
    const i = place % inputs;
    X[place] = (X[place] - mean[i]) / deviation[i];
  }
  return { kind: "standard", mean: Array.from(mean), deviation: Array.from(deviation) };
}
