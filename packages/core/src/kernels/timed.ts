/** Kernels that measure their time, for profiling the phases of a step. */
import { now } from "./clock.ts";
import type { Kernels } from "./kernels.ts";

/** The phases that a thread's time is divided into. */
export const PHASES = ["convert", "forward", "backward", "reduce", "update"] as const;
export type Phase = (typeof PHASES)[number];

const PHASE_OF = {
  gather: "convert",
  gatherPart: "convert",
  mapFeatures: "convert",
  affine: "forward",
  affinePart: "forward",
  activate: "forward",
  dropUnits: "forward",
  softmaxCrossEntropy: "forward",
  subtractOneHot: "backward",
  backpropagate: "backward",
  outerProducts: "backward",
  rowSums: "backward",
  add: "reduce",
  reduce: "reduce",
  sumsOfSquares: "update",
  descend: "update",
  momentum: "update",
  nesterov: "update",
  rmsprop: "update",
  adam: "update",
  areFinite: "update",
  transpose: "update",
} as const satisfies Record<Exclude<keyof Kernels, "name">, Phase>;

/** Whether time is being measured; it may change between two steps. */
export interface TimingGate {
  readonly isOpen: boolean;
}

/**
 * Wraps kernels so that they measure their time.
 * @param milliseconds receives the time of each of {@link PHASES}, added to its old value
 */
export function timedKernels(
  kernels: Kernels,
  milliseconds: Float64Array,
  gate: TimingGate = { isOpen: true },
): Kernels {
  const timed: Record<string, unknown> = { name: kernels.name };
  for (const [operation, phase] of Object.entries(PHASE_OF)) {
    const run = kernels[operation as keyof typeof PHASE_OF] as (...args: unknown[]) => unknown;
    const index = PHASES.indexOf(phase);
    timed[operation] = (...args: unknown[]): unknown => {
      if (!gate.isOpen) return run(...args);
      const start = now();
      const result = run(...args);
      milliseconds[index] += now() - start;
      return result;
    };
  }
  return timed as unknown as Kernels;
}
