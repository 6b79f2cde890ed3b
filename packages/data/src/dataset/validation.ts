/** Splits a validation part off the training part. */
import { InputError } from "@scratch-nn/core";
import { DEFAULT_SEED, PURPOSE } from "@scratch-nn/core/engine";
import type { Dataset } from "./dataset.ts";
import { binsOf, type Strata, stratifiedSplit } from "./split.ts";

/**
 * Moves a fraction of the training part to a validation part. The split is stratified like the test split, but draws
 * its own random numbers (PURPOSE.validation), so that the two choices are independent.
 * @param fraction of the training part, above 0 and below 1
 * @throws InputError if the validation part would be empty; each class keeps at least one example to train on
 */
export function withValidation(dataset: Dataset, fraction: number, seed: number = DEFAULT_SEED): Dataset {
  const { train } = dataset;
  const { labels, classes } = strataOf(dataset);
  const split = stratifiedSplit(labels, classes, fraction, seed, PURPOSE.validation);
  if (split.test.length === 0) {
    throw new InputError({
      where: "--validation-fraction",
      expected: `a part of the ${train.length} examples to train on that is one at least, each class keeping one of its own`,
      found: `${fraction}, which leaves none to validate on`,
      remedy: "pass a larger one, or take more examples",
    });
  }
  const columnsOf = (places: Uint32Array): Uint32Array => places.map((place) => train[place]);
  return { ...dataset, train: columnsOf(split.train), validation: columnsOf(split.test) };
}

/** The strata of the training part: classes, or bins of one quantity; other tasks have one stratum. */
function strataOf({ train, labels, classes, values, task }: Dataset): Strata {
  if (task === undefined || task.kind === "classes") {
    return { labels: Uint16Array.from(train, (column) => labels[column]), classes: classes.length };
  }
  const [quantity, ...others] = task.kind === "quantities" ? task.names : [];
  if (quantity === undefined || others.length > 0) return { labels: new Uint16Array(train.length), classes: 1 };
  return binsOf(Float64Array.from(train, (column) => values![column]));
}
