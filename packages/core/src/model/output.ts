/** What the last layer makes of Z[L]: its outputs, and what they are asked for. */
import { requireChoice } from "../checks/errors.ts";

export const OUTPUTS = ["softmax", "sigmoid", "identity"] as const;
/**
 * - `softmax`: A[L] = softmax(Z[L]), a probability of each of two or more classes, of which an example has one
 * - `sigmoid`: A[L] = 1 / (1 + e^-Z[L]), a probability of each of one or more labels, any of which an example may have
 * - `identity`: A[L] = Z[L], one or more quantities
 */
export type Output = (typeof OUTPUTS)[number];

/** The fewest units that the last layer may have: one class would always have the probability 1. */
export const fewestOutputs = (output: Output): number => (output === "softmax" ? 2 : 1);

/** Whether examples have targets, a number for each output, in place of a label. */
export const hasTargets = (output: Output): boolean => output !== "softmax";

/** @throws InputError when it is none of {@link OUTPUTS} */
export function requireOutput(output: Output): Output {
  return requireChoice("output", output, OUTPUTS);
}
