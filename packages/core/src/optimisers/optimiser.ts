/**
 * The interface of all optimisers. Each works element by element: the new value of a parameter depends only on its old
 * value, its gradient, the optimiser's state for it, and the step. So any thread can update any range.
 */
import type { Elements, Kernels } from "../kernels/kernels.ts";

/** The settings that an optimiser may have besides the learning rate. */
export const SETTING_NAMES = ["momentum", "beta1", "beta2", "epsilon", "weightDecay"] as const;
export type SettingName = (typeof SETTING_NAMES)[number];
export type Settings<Name extends SettingName = SettingName> = Readonly<Record<Name, number>>;

/** The properties of the step whose update is computed. */
export interface StepFacts {
  /** t: from 1, counted over the whole training. */
  readonly step: number;
  /** m: examples of the batch; a larger number where the gradient is clipped. */
  readonly columns: number;
  /** alpha */
  readonly learningRate: number;
  /** The factor of the weight decay: from 0 to 1. */
  readonly decayFactor: number;
  /** Whether the elements are biases rather than weights. It is meaningful only if the optimiser spares biases. */
  readonly areBiases: boolean;
}

/**
 * The update of one step on a contiguous range of elements.
 * @returns whether the parameters and their state are all finite afterwards
 */
export type Update = (elements: Elements, kernels: Kernels) => boolean;

export interface Optimiser<Name extends SettingName = SettingName> {
  /** The numbers of state per parameter. Each is in an array with the shape of the parameters, zero at first. */
  readonly slots: number;
  /** The index of the array that holds squares, which are 0 or above. */
  readonly squares?: number;
  /** Whether biases are updated differently from weights. */
  readonly sparesBiases: boolean;
  /** The settings and their defaults. */
  readonly defaults: Settings<Name>;
  /** The default learning rate. */
  readonly learningRate: number;
  updateOf(settings: Settings<Name>, facts: StepFacts): Update;
}

/** Any optimiser, with any settings. */
export interface AnyOptimiser extends Omit<Optimiser, "defaults"> {
  readonly defaults: Partial<Settings>;
}
