/**
 * What all optimisers have in common. Each is element by element: what becomes of a parameter follows from it, from its
 * gradient, from the numbers that the optimiser keeps for it, and from the step. So any thread can update any range.
 */
import type { Elements, Kernels } from "../kernels/kernels.ts";

/** The numbers that an optimiser can be given besides the learning rate. */
export const SETTING_NAMES = ["momentum", "beta1", "beta2", "epsilon", "weightDecay"] as const;
export type SettingName = (typeof SETTING_NAMES)[number];
export type Settings<Name extends SettingName = SettingName> = Readonly<Record<Name, number>>;

/** Which step it is that parameters are updated in. */
export interface StepFacts {
  /** t: from 1, counted from the very beginning. */
  readonly step: number;
  /** m: examples of the batch; more, where the gradient is clipped. */
  readonly columns: number;
  /** alpha */
  readonly learningRate: number;
  /** What weight decay is multiplied by: from 0 to 1. */
  readonly decayFactor: number;
  /** Whether biases are updated; weights otherwise. It says something only if the optimiser spares biases. */
  readonly areBiases: boolean;
}

/**
 * The update of one step, on some neighbouring elements.
 * @returns whether the parameters, and what is kept for them, are all finite now
 */
export type Update = (elements: Elements, kernels: Kernels) => boolean;

export interface Optimiser<Name extends SettingName = SettingName> {
  /** How many numbers it keeps for each parameter, each in an array shaped like the parameters; zero at first. */
  readonly slots: number;
  /** Which of these arrays holds squares, whose numbers are 0 or above. */
  readonly squares?: number;
  /** Whether biases are updated otherwise than weights. */
  readonly sparesBiases: boolean;
  /** What it can be given, and what it takes by itself. */
  readonly defaults: Settings<Name>;
  /** The learning rate that it takes by itself. */
  readonly learningRate: number;
  updateOf(settings: Settings<Name>, facts: StepFacts): Update;
}

/** Whichever it is, with whatever numbers it takes. */
export interface AnyOptimiser extends Omit<Optimiser, "defaults"> {
  readonly defaults: Partial<Settings>;
}
