/**
 * Weights for models by greedy selection with replacement (Caruana et al., "Ensemble selection from libraries of models",
 * 2004, 2.1): one after another, the model is added with which the mean of all that were added is best.
 */

/** Models that are added at most: weights are multiples of a fraction not much smaller than 1/25. */
const MOST_ADDED = 25;

/**
 * @param models what each says of the same examples, [outputs, m] each; f64
 * @param lossOf the loss of such a mean; of equals, the first model and the shortest selection win
 * @returns a weight for each model, adding up to 1
 */
export function greedyWeights(
  models: readonly Float64Array[],
  lossOf: (mean: Float64Array) => number,
): readonly number[] {
  const sum = new Float64Array(models[0].length);
  const mean = new Float64Array(sum.length);
  const counts = models.map(() => 0);
  let best = { loss: Number.POSITIVE_INFINITY, weights: counts as readonly number[] };
  for (let added = 1; added <= MOST_ADDED; added++) {
    let next = { loss: Number.POSITIVE_INFINITY, model: 0 };
    for (const [model, outputs] of models.entries()) {
      for (let i = 0; i < mean.length; i++) mean[i] = (sum[i] + outputs[i]) / added;
      const loss = lossOf(mean);
      if (loss < next.loss) next = { loss, model };
    }
    counts[next.model]++;
    for (let i = 0; i < sum.length; i++) sum[i] += models[next.model][i];
    if (next.loss < best.loss) best = { loss: next.loss, weights: counts.map((count) => count / added) };
  }
  return best.weights;
}
