/** The initialisation of W and b: a function of (seed, layer, place), the same on any thread. */
import { requireChoice, requireInteger } from "../checks/errors.ts";
import { sqrt } from "../numerics/functions.ts";
import { PURPOSE, type RandomStream, randomStream } from "../numerics/random.ts";
import type { Network } from "./network.ts";

export const INITIALISATIONS = ["he", "lecun", "xavier", "notes"] as const;
/**
 * - `he`: W normal with variance 2 / n[l-1], b = 0 (He et al., "Delving deep into rectifiers", 2015)
 * - `lecun`: W normal with variance 1 / n[l-1], b = 0 (LeCun, Bottou, Orr and Müller, "Efficient backprop", 1998)
 * - `xavier`: W uniform within sqrt(6 / (n[l-1] + n[l])), b = 0 (Glorot and Bengio, 2010, eq. 16)
 * - `notes`: W and b uniform on [-0.5, 0.5)
 */
export type Initialisation = (typeof INITIALISATIONS)[number];

const fround = Math.fround;

/** The numbers drawn at a time; they take some milliseconds. */
const PORTION = 1 << 14;

/** The options that determine the initial parameters. */
export interface Start {
  readonly init: Initialisation;
  /** Whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  /** Whether W[L] and b[L] start as zeros instead. */
  readonly zeroOutput: boolean;
}

/**
 * Overwrites a network's parameters with their initial values.
 * @yields after each portion of them
 * @throws InputError when `init` or `seed` is out of range
 */
export function* initialising(network: Network, { init, seed, zeroOutput }: Start): Generator<void, void> {
  requireChoice("init", init, INITIALISATIONS);
  requireInteger("seed", seed, 0, 2 ** 32 - 1);
  const L = network.layers.length - 1;
  for (let l = 1; l <= L; l++) {
    if (l === L && zeroOutput) {
      network.W[l].fill(0);
      network.b[l].fill(0);
      break;
    }
    const fanIn = network.layers[l - 1];
    const fanOut = network.layers[l];
    const weight = rules[init](fanIn, fanOut);
    yield* fill(network.W[l] as Float32Array, weight, randomStream(seed, PURPOSE.parameters, l, 0));
    const bias = init === "notes" ? weight : () => 0;
    yield* fill(network.b[l] as Float32Array, bias, randomStream(seed, PURPOSE.parameters, l, 1));
  }
}

type Rule = (stream: RandomStream, index: number) => number;

const rules: Record<Initialisation, (fanIn: number, fanOut: number) => Rule> = {
  he: (fanIn) => normal(sqrt(fround(2 / fanIn))),
  lecun: (fanIn) => normal(sqrt(fround(1 / fanIn))),
  xavier(fanIn, fanOut) {
    const limit = sqrt(fround(6 / (fanIn + fanOut)));
    return (stream, index) => fround(stream.uniform(index) * 2 - 1) * limit;
  },
  notes: () => (stream, index) => stream.uniform(index) - 0.5,
};

function normal(deviation: number): Rule {
  return (stream, index) => stream.normal(index) * deviation;
}

function* fill(target: Float32Array, rule: Rule, stream: RandomStream): Generator<void, void> {
  for (let begin = 0; begin < target.length; begin += PORTION) {
    fillPortion(target, begin, rule, stream);
    yield;
  }
}

function fillPortion(target: Float32Array, begin: number, rule: Rule, stream: RandomStream): void {
  const end = Math.min(target.length, begin + PORTION);
  for (let i = begin; i < end; i++) target[i] = rule(stream, i);
}
