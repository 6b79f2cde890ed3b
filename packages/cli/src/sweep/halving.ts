/**
 * Successive halving: many runs of few epochs, of which the best third goes on with three times as many, and so on.
 *
 * K. Jamieson and A. Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016;
 * a third instead of a half, and rungs by the least number of epochs, as in Hyperband (L. Li et al., JMLR 18, 2018).
 */

/** Runs that are compared with each other. */
export interface Rung {
  /** What they train for; undefined for what each of them says. */
  readonly epochs?: number;
  /** How many of the best go on; undefined for the last rung. */
  readonly keep?: number;
}

const ETA = 3;

/**
 * As many rungs as both the runs and the epochs can be divided by three; the last trains for all epochs. Each run of a rung begins
 * anew, since what its learning rate is at a step may follow from how many there are.
 * @param runs from 1
 * @param epochs of the last rung, from 1
 */
export function rungsOf(runs: number, epochs: number): Rung[] {
  let divisions = 0;
  while (ETA ** (divisions + 1) <= Math.min(runs, epochs)) divisions++;
  return Array.from({ length: divisions + 1 }, (_, k) => {
    const own = Math.max(1, Math.round(epochs / ETA ** (divisions - k)));
    return k === divisions ? { epochs: own } : { epochs: own, keep: Math.floor(runs / ETA ** (k + 1)) };
  });
}
