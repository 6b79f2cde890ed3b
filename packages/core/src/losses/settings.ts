/** The losses and their options. */
import { InputError, requireChoice, requirePositive } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import { type OptionNames, requireOptions } from "../checks/options.ts";
import type { Output } from "../model/output.ts";

export const LOSSES = ["cross-entropy", "squared-error", "huber"] as const;
export type LossName = (typeof LOSSES)[number];

/**
 * Cross-entropy. For a softmax: -log of the label's probability. For sigmoids: the sum over the outputs of the
 * cross-entropy of each.
 */
export interface CrossEntropyOptions {
  readonly name: "cross-entropy";
  /**
   * e, from 0 to below 1. Targets are (1 - e) Y + e / K with K classes; for sigmoids, which have two, (1 - e) Y + e / 2
   * (Szegedy et al., "Rethinking the Inception architecture for computer vision", 2015, section 7). Default 0.
   */
  readonly labelSmoothing?: number;
  /**
   * Factors of the loss of an example, and so of its gradient, from 0. There is one per class. For sigmoids there are
   * two, for targets 0 and 1, which apply to each output. The update still divides by the number of examples. So
   * weights with a mean of 1 over the examples do not change the effective learning rate. Default: 1 for each.
   */
  readonly classWeights?: readonly number[];
}

/** The sum over the outputs of (a - y)^2 / 2. */
export interface SquaredErrorOptions {
  readonly name: "squared-error";
}

/**
 * The sum over the outputs of (a - y)^2 / 2 up to |a - y| = delta, and of delta (|a - y| - delta / 2) beyond (Huber,
 * "Robust estimation of a location parameter", 1964).
 */
export interface HuberOptions {
  readonly name: "huber";
  /** Above 0; default 1. */
  readonly delta?: number;
}

/** Cross-entropy is for softmax and sigmoid outputs, the others are for identity. */
export type LossOptions = CrossEntropyOptions | SquaredErrorOptions | HuberOptions;

/** A loss with all of its settings: plain data, which can be sent to another thread. */
export type LossSettings =
  | { readonly name: "cross-entropy"; readonly labelSmoothing: number; readonly classWeights?: readonly number[] }
  | { readonly name: "squared-error" }
  | { readonly name: "huber"; readonly delta: number };

const NAMES: { readonly [Name in LossName]: OptionNames<Extract<LossOptions, { readonly name: Name }>> } = {
  "cross-entropy": { name: "checked", labelSmoothing: "checked", classWeights: "checked" },
  "squared-error": { name: "checked" },
  huber: { name: "checked", delta: "checked" },
};

/** The default loss of an output. */
export function defaultLoss(output: Output): LossSettings {
  return output === "identity" ? { name: "squared-error" } : { name: "cross-entropy", labelSmoothing: 0 };
}

/**
 * Checks the loss and its options.
 * @param outputs n[L]
 * @returns all settings, with defaults filled in
 * @throws InputError naming what is unknown, out of range, or not valid for that output
 */
export function planLoss(options: LossOptions | undefined, output: Output, outputs: number): LossSettings {
  if (options === undefined) return defaultLoss(output);
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    const remedy = `pass for example { name: "${defaultLoss(output).name}" }`;
    throw new InputError({
      where: "options.loss",
      expected: "an object with the loss's name",
      found: describeValue(options),
      remedy,
    });
  }
  const name = requireChoice("loss.name", options.name, LOSSES);
  const fitting = output === "identity" ? LOSSES.filter((each) => each !== "cross-entropy") : ["cross-entropy"];
  if (!fitting.includes(name)) {
    throw new InputError({
      where: "loss.name",
      expected: `${fitting.join(" or ")}, as the network's output is ${output}`,
      found: name,
      remedy: "choose that, or make a network with another output",
    });
  }
  requireOptions(`options.loss (${name})`, options, NAMES[name]);
  switch (options.name) {
    case "cross-entropy":
      return crossEntropy(options, output === "softmax" ? outputs : 2);
    case "squared-error":
      return { name: "squared-error" };
    case "huber":
      return { name: "huber", delta: requirePositive("loss.delta", options.delta ?? 1, 1) };
  }
}

function crossEntropy({ labelSmoothing = 0, classWeights }: CrossEntropyOptions, classes: number): LossSettings {
  const isPart = typeof labelSmoothing === "number" && labelSmoothing >= 0 && Math.fround(labelSmoothing) < 1;
  if (!isPart) {
    throw new InputError({
      where: "loss.labelSmoothing",
      expected: "a number from 0 to below 1",
      found: describeValue(labelSmoothing),
      remedy: "pass for example 0.1",
    });
  }
  const settings = { name: "cross-entropy", labelSmoothing } as const;
  return classWeights === undefined
    ? settings
    : { ...settings, classWeights: checkClassWeights(classWeights, classes) };
}

function checkClassWeights(weights: readonly number[], classes: number): readonly number[] {
  const where = "loss.classWeights";
  if (!Array.isArray(weights) || weights.length !== classes) {
    throw new InputError({
      where,
      expected: `an array of ${classes} numbers, one for each class`,
      found: Array.isArray(weights) ? `${weights.length}` : describeValue(weights),
      remedy: "pass them in the order of the classes",
    });
  }
  for (const [k, weight] of weights.entries()) {
    if (typeof weight === "number" && weight >= 0 && Number.isFinite(Math.fround(weight))) continue;
    throw new InputError({
      where: `${where}[${k}]`,
      expected: "a finite number from 0 that fits a 32-bit float",
      found: describeValue(weight),
      remedy: "pass 1 for a class that is to count as it is",
    });
  }
  if (weights.every((weight) => Math.fround(weight) === 0)) {
    throw new InputError({
      where,
      expected: "a weight above 0",
      found: "none",
      remedy: "leave them out, or weigh one",
    });
  }
  return [...weights];
}
