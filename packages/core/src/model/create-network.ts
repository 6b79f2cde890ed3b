/** Creates a network and draws its parameters from a seed. */
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
  /**
   * The numbers of inputs, of units in each hidden layer, and of classes or other outputs.
   * The notes' network is [784, 10, 10].
   */
  readonly layers: readonly number[];
  /** Default relu. */
  readonly activation?: Activation;
  /** The output function of the last layer; default softmax. */
  readonly output?: Output;
  /** The initialisation of the parameters; default he. */
  readonly init?: Initialisation;
  /**
   * Whether W[L] and b[L] start as zeros, so that all outputs of the first step are equal; default false. The hidden
   * layers then learn from the second step on.
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
 * Creates a network with parameters drawn from the seed.
 * @throws InputError when an option is out of range
 */
export function createNetwork(options: NetworkOptions): Network {
  const creating = creatingNetwork(options);
  for (let step = creating.next(); ; step = creating.next()) if (step.done) return step.value;
}

/**
 * {@link createNetwork} as a generator, so that a thread can do other work in between: millions of parameters take
 * seconds.
 * @yields from time to time
 */
export function* creatingNetwork(options: NetworkOptions): Generator<void, Network> {
  requireOptions("options", options, OPTIONS);
  const { activation = "relu", output = "softmax", init = "he", zeroOutput = false, seed = DEFAULT_SEED } = options;
  const layers = checkLayers(options.layers, requireOutput(output));
  requireBoolean("zeroOutput", zeroOutput);
  // Checked before memory is allocated.
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
