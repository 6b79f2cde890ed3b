/** A new network, its parameters drawn from a seed. */
import { InputError, requireBoolean, requireChoice } from "../checks/errors.ts";
import { type OptionNames, requireOptions } from "../checks/options.ts";
import { DEFAULT_SEED } from "../numerics/random.ts";
import { type Initialisation, initialising } from "./init.ts";
import {
  ACTIVATIONS,
  type Activation,
  checkLayers,
  MOST_PARAMETERS,
  type Network,
  networkOf,
  parameterCount,
} from "./network.ts";
import { type Output, requireOutput } from "./output.ts";

export interface NetworkOptions {
  /** Inputs, hidden units of each hidden layer, classes or other outputs; the notes' network is [784, 10, 10]. */
  readonly layers: readonly number[];
  /** Default relu. */
  readonly activation?: Activation;
  /** What the last layer makes of its sums; default softmax. */
  readonly output?: Output;
  /** How the parameters start; default he. */
  readonly init?: Initialisation;
  /**
   * Whether W[L] and b[L] start as zeros, so that all outputs of the first step are alike; default false. The hidden
   * layers learn from the second step on.
   */
  readonly zeroOutput?: boolean;
  /** Whole number from 0 to 2^32 - 1; default 1. */
  readonly seed?: number;
}

const OPTIONS: OptionNames<NetworkOptions> = {
  layers: "checked",
  activation: "checked",
  output: "checked",
  init: "checked",
  zeroOutput: "checked",
  seed: "checked",
};

/**
 * A new network with its parameters drawn from the seed.
 * @throws InputError when an option is out of range
 */
export function createNetwork(options: NetworkOptions): Network {
  const creating = creatingNetwork(options);
  for (let step = creating.next(); ; step = creating.next()) if (step.done) return step.value;
}

/**
 * {@link createNetwork} step by step, for a thread that others want something of: millions of parameters take seconds.
 * @yields now and then
 */
export function* creatingNetwork(options: NetworkOptions): Generator<void, Network> {
  requireOptions("options", options, OPTIONS);
  const { activation = "relu", output = "softmax", init = "he", zeroOutput = false, seed = DEFAULT_SEED } = options;
  const layers = checkLayers(options.layers, requireOutput(output));
  requireBoolean("zeroOutput", zeroOutput);
  // Before memory is asked for.
  requireChoice("activation", activation, ACTIVATIONS);
  const count = parameterCount(layers);
  if (count > MOST_PARAMETERS) {
    throw new InputError({
      where: "layers",
      expected: `at most ${MOST_PARAMETERS} parameters`,
      found: `${count} of layers ${layers.join("-").slice(0, 100)}`,
      remedy: "take smaller hidden layers",
    });
  }
  const network = networkOf(layers, activation, new Float32Array(count), output);
  yield* initialising(network, { init, seed, zeroOutput });
  return network;
}
