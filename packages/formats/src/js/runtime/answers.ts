/** Converts the network's outputs to an answer. */
import type { QuantitiesTask } from "@scratch-nn/core";
import { quantityOf } from "@scratch-nn/core/engine";

/** The most likely class; the first of equals. */
export const classAnswer =
  (classes: readonly string[]) =>
  (A: Float32Array): { label: string; probabilities: number[] } => ({
    label: classes[A.reduce((best, a, u) => (a > A[best] ? u : best), 0)],
    probabilities: [...A],
  });

/** One of two classes, from one unit: the probability of the second class. */
export const yesNoAnswer =
  (classes: readonly string[]) =>
  (A: Float32Array): { label: string; probabilities: number[] } => ({
    label: classes[A[0] > 0.5 ? 1 : 0],
    probabilities: [Math.fround(1 - A[0]), A[0]],
  });

export const labelsAnswer =
  () =>
  (A: Float32Array): { labels: boolean[]; probabilities: number[] } => ({
    labels: [...A].map((a) => a > 0.5),
    probabilities: [...A],
  });

export const quantitiesAnswer =
  (task: QuantitiesTask) =>
  (A: Float32Array): { values: number[] } => ({ values: [...A].map((a, u) => quantityOf(task, u, a)) });
