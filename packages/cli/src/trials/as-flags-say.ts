/** One training for each part, with the run's flags. */
import { type NetworkOptions, networkOf } from "@scratch-nn/core";
import { hasFailed, type Trial, type TrialFitOptions } from "@scratch-nn/parallel";
import type { Way } from "./way.ts";

/**
 * @param network but for its inputs and outputs, which are the data's
 * @param hidden units of each hidden layer
 */
export function asFlagsSay(
  network: Omit<NetworkOptions, "layers">,
  hidden: readonly number[],
  fit: TrialFitOptions,
  description: Way["description"],
): Way {
  return {
    description,
    plan({ dataset, data, train, heldBack }): Trial[] {
      const layers = [dataset.inputs, ...hidden, dataset.classes.length];
      return [{ network: { ...network, layers }, fit, data, train, heldBack }];
    },
    combine({ dataset }, [outcome]) {
      if (hasFailed(outcome)) return outcome;
      const { activation = "relu" } = network;
      const layers = [dataset.inputs, ...hidden, dataset.classes.length];
      return {
        members: [{ network: networkOf(layers, activation, outcome.parameters), weight: 1 }],
        outputs: outcome.outputs,
      };
    },
  };
}
