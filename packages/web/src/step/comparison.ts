/**
 * Computes the same sums for each number of workers: along the tree, and in the order in which partial sums are done.
 */
import { numbersOf, planOf, sumInOrder, sumsByWorkers, type TreeNode } from "./numbers.ts";
import type { StepSettings } from "./settings.ts";
import { orderDone, scheduleOf, turnsOf } from "./timing.ts";

export interface Comparison {
  readonly workers: number;
  /** m dW and m db in the order W1, b1, W2, b2, as the engine computes them with this number of workers. */
  readonly byTree: Float32Array;
  /** The same sums if each partial sum is added to the total as it arrives. */
  readonly byArrival: Float32Array;
}

export function comparisonOf(settings: StepSettings, nodes: readonly TreeNode[]): Comparison[] {
  return sumsByWorkers(settings).map((byTree, w) => {
    const given = { ...settings, workers: w + 1 };
    const { tasks, threads } = planOf(given);
    return { workers: w + 1, byTree, byArrival: sumInOrder(tasks, orderDone(turnsOf(given, tasks, threads)), nodes) };
  });
}

/** The parameter whose sums in the order of arrival take the most different values. */
export function mostTelling(comparison: readonly Comparison[]): number {
  const kinds = Array.from(
    comparison[0].byTree,
    (_, i) => new Set(comparison.map(({ byArrival }) => byArrival[i])).size,
  );
  return kinds.indexOf(Math.max(...kinds));
}

/** Computes everything that the view shows of a step. */
export function stepOf(settings: StepSettings) {
  const numbers = numbersOf(settings);
  const schedule = scheduleOf(settings, numbers.plan.tasks, numbers.plan.threads);
  return { settings, ...numbers, schedule, comparison: comparisonOf(settings, numbers.nodes) };
}

export type Step = ReturnType<typeof stepOf>;
