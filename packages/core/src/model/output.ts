/** The output functions of the last layer, and the kind of answers that each predicts. */
import { requireChoice } from "../checks/errors.ts";

export const OUTPUTS = ["softmax", "sigmoid", "identity"] as const;
/**
 * - `softmax`: A[L] = softmax(Z[L]), the probabilities of two or more classes; an example has exactly one class
 * - `sigmoid`: A[L] = 1 / (1 + e^-Z[L]), the probabilities of one or more labels; an example may have any of them
 * - `identity`: A[L] = Z[L], one or more quantities
 */
export type Output = (typeof OUTPUTS)[number];

/** The minimum number of units of the last layer; a single class would always have the probability 1. */
export const fewestOutputs = (output: Output): number => (output === "softmax" ? 2 : 1);

/** Whether examples have targets, one number per output, instead of a label. */
export const hasTargets = (output: Output): boolean => output !== "softmax";

/** @throws InputError when the output is not one of {@link OUTPUTS} */
export function requireOutput(output: Output): Output {
  return requireChoice("output", output, OUTPUTS);
}
