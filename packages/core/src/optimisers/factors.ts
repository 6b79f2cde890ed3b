/** Factors of the learning rate by layer, and for biases, so that some learn faster than others. */
import { InputError } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import { requireOptions } from "../checks/options.ts";
import type { Part } from "./parts.ts";

const fround = Math.fround;

/**
 * The factors. Each is a finite number from 0 that fits a 32-bit float; with 0 the parameters do not change, apart from
 * rounding.
 */
export interface RateFactors {
  /** The factors of W[l] and b[l], for l from 1 to L; default 1 for each. */
  readonly layers?: readonly number[];
  /** An additional factor of all b[l]; default 1. */
  readonly biases?: number;
}

/** The learning rate of a part. @param rate the learning rate of the step, an f32 */
export function rateOf(rate: number, { layers, biases = 1 }: RateFactors, { layer, areBiases }: Part): number {
  const ofLayer = fround(rate * fround(layers?.[layer - 1] ?? 1));
  return areBiases ? fround(ofLayer * fround(biases)) : ofLayer;
}

/** Whether a number is a valid factor. */
export function isRateFactor(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && Number.isFinite(fround(value));
}

/**
 * Checks the factors.
 * @param count L
 * @returns undefined where all of them are 1
 * @throws InputError naming the one that is unknown, out of range or missing
 */
export function planFactors(options: RateFactors | undefined, count: number): RateFactors | undefined {
  if (options === undefined) return undefined;
  requireOptions("options.factors", options, { layers: "checked", biases: "checked" });
  const { layers, biases } = options;
  if (layers !== undefined && !(Array.isArray(layers) && layers.length === count)) {
    throw new InputError({
      where: "factors.layers",
      expected: `an array of ${count} numbers, one for each layer from 1 to L`,
      found: Array.isArray(layers) ? `${layers.length}` : describeValue(layers),
      remedy: `pass for example [${Array.from({ length: count }, () => 1).join(", ")}]`,
    });
  }
  for (const [i, factor] of layers?.entries() ?? []) requireFactor(`factors.layers[${i}]`, factor);
  if (biases !== undefined) requireFactor("factors.biases", biases);
  const areOnes = (layers ?? []).every((factor) => factor === 1) && (biases ?? 1) === 1;
  return areOnes ? undefined : { ...(layers && { layers: [...layers] }), ...(biases !== undefined && { biases }) };
}

function requireFactor(where: string, factor: unknown): void {
  if (isRateFactor(factor)) return;
  throw new InputError({
    where,
    expected: "a finite number from 0 that fits a 32-bit float",
    found: describeValue(factor),
    remedy: "pass for example 0.1",
  });
}
