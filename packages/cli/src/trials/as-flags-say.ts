/** Trains one network for each part, with the run's flags. */
import { type NetworkOptions, networkOf } from "@scratch-nn/core";
import { hasFailed, type Trial, type TrialFitOptions } from "@scratch-nn/parallel";
import type { Description, Part, Way } from "./way.ts";

/** The settled flags. */
export interface FlagWay {
  /** All options except inputs and outputs, which depend on the data. */
  readonly network: Omit<NetworkOptions, "layers" | "output">;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  /** Class weights may depend on the part. */
  readonly fitOf: (part: Part) => TrialFitOptions;
  readonly describe: (part: Part) => Description;
}

export function asFlagsSay({ network, hidden, fitOf, describe }: FlagWay): Way {
  const layersOf = ({ dataset, units }: Part): number[] => [dataset.inputs, ...hidden, units];
  return {
    describe,
    plan(part): Trial[] {
      const { output, data, train, validation, heldBack } = part;
      const layers = layersOf(part);
      return [{ network: { ...network, output, layers }, fit: fitOf(part), data, train, validation, heldBack }];
    },
    combine(part, [outcome]) {
      if (hasFailed(outcome)) return outcome;
      const { activation = "relu" } = network;
      const trained = networkOf(layersOf(part), activation, outcome.parameters, part.output);
      return { members: [{ network: trained, weight: 1 }], outputs: outcome.outputs };
    },
  };
}
