/**
 * Successive halving: trains many runs for few epochs. The best third continues with three times as many, and so on.
 *
 * K. Jamieson and A. Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016;
 * a third instead of a half, and rungs by the least number of epochs, as in Hyperband (L. Li et al., JMLR 18, 2018).
 */

/** Runs that are compared with each other. */
export interface Rung {
  /** The epochs of each run; undefined for the number that each run's settings give. */
  readonly epochs?: number;
  /** The number of best runs that continue; undefined for the last rung. */
  readonly keep?: number;
}

const ETA = 3;

/**
 * As many rungs as both the runs and the epochs can be divided by three; the last trains for all epochs. Each run of a
 * rung starts from the beginning, since the learning rate at a step may depend on the number of epochs.
 * @param runs at least 1
 * @param epochs of the last rung, at least 1
 */
export function rungsOf(runs: number, epochs: number): Rung[] {
  let divisions = 0;
  while (ETA ** (divisions + 1) <= Math.min(runs, epochs)) divisions++;
  return Array.from({ length: divisions + 1 }, (_, k) => {
    const own = Math.max(1, Math.round(epochs / ETA ** (divisions - k)));
    return k === divisions ? { epochs: own } : { epochs: own, keep: Math.floor(runs / ETA ** (k + 1)) };
  });
}
