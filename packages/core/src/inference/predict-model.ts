/** Predicts with a model, a single network or an ensemble. */
import type { Numbers } from "../checks/arrays.ts";
import type { Model } from "../formats/model.ts";
import { averageOutputs, likeliestClasses } from "../predict/average.ts";
import type { KernelChoice } from "../selection/choose.ts";
import { type Prediction, predict } from "./evaluate.ts";

/**
 * {@link predict} for a model. The outputs of an ensemble are the weighted mean of its members' outputs.
 * @param X [inputs, m], encoded, column after column
 * @throws InputError when X is not one or more whole columns of finite numbers
 */
export function predictModel(
  { network, members }: Pick<Model, "network" | "members">,
  X: Numbers,
  options: { readonly scale?: number | undefined; readonly kernels?: KernelChoice } = {},
): Prediction {
  if (members === undefined) return predict(network, X, options);
  const each = members.map((member) => predict(member.network, X, options).outputs);
  const outputs = averageOutputs(
    each,
    members.map(({ weight }) => weight),
  );
  const units = network.layers.at(-1)!;
  const m = outputs.length / units;
  const probabilities = network.output === "identity" ? new Float32Array(0) : outputs;
  if (network.output === "softmax") {
    const classes = new Uint16Array(m);
    likeliestClasses(outputs, units, classes);
    return { outputs, classes, probabilities };
  }
  const isOneLabel = network.output === "sigmoid" && units === 1;
  const classes = isOneLabel ? Uint16Array.from(outputs, (a) => (a > 0.5 ? 1 : 0)) : new Uint16Array(0);
  return { outputs, classes, probabilities };
}
