/**
 * Finds model weights by greedy selection with replacement (Caruana et al., "Ensemble selection from libraries of
 * models", 2004, 2.1). Each step adds the model that makes the mean of all added models best. The selection runs on
 * several samples of the examples and averages the weights, so that they depend less on single examples (bagging as in
 * 2.3 there, but of examples instead of models).
 */
import { PURPOSE, randomStream } from "@scratch-nn/core/engine";

/** The largest number of models added; more changed no score. */
const MOST_ADDED = 10;
/** The number of samples; 16 gave the same scores. */
const SAMPLES = 8;

/**
 * @param models the outputs of each model for the same examples, [outputs, m] each; f64
 * @param lossOf the loss of a mean of models; ties go to the first model and the shortest selection
 * @returns a weight for each model; they add up to 1
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

/**
 * The mean of {@link greedyWeights} over bootstrap samples: each draws as many examples as there are, with replacement.
 * @param lossesOf the loss of each example, [m], for given outputs
 * @param seed seeds the samples
 */
export function sampledWeights(
  models: readonly Float64Array[],
  lossesOf: (outputs: Float64Array) => Float64Array,
  examples: number,
  seed: number,
): readonly number[] {
  if (models.length === 1) return [1];
  const weights = models.map(() => 0);
  for (let sample = 0; sample < SAMPLES; sample++) {
    const drawn = new Uint32Array(examples);
    const stream = randomStream(seed, PURPOSE.samples, sample);
    for (let i = 0; i < examples; i++) drawn[stream.below(examples, i)]++;
    const own = greedyWeights(models, (mean) => lossesOf(mean).reduce((sum, loss, i) => sum + drawn[i] * loss, 0));
    for (const [model, weight] of own.entries()) weights[model] += weight / SAMPLES;
  }
  return weights;
}
