/** A part of the training part that is looked at while a network trains, and not learnt from. */
import { InputError } from "@scratch-nn/core";
import { DEFAULT_SEED, PURPOSE } from "@scratch-nn/core/engine";
import type { Dataset } from "./dataset.ts";
import { binsOf, type Strata, stratifiedSplit } from "./split.ts";

/**
 * Holds back a part of a dataset's training part, to validate on while it trains: stratified like the test part, drawn by
 * itself, so that the same examples are not chosen by the same numbers.
 * @param fraction of the training part, above 0 and below 1
 * @throws InputError when that is less than one example, or each class needs its own to train on
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

/** What a part of the training part is even over: classes, or the range of one quantity; several labels are drawn at random. */
function strataOf({ train, labels, classes, values, task }: Dataset): Strata {
  if (task === undefined || task.kind === "classes") {
    return { labels: Uint16Array.from(train, (column) => labels[column]), classes: classes.length };
  }
  const [quantity, ...others] = task.kind === "quantities" ? task.names : [];
  if (quantity === undefined || others.length > 0) return { labels: new Uint16Array(train.length), classes: 1 };
  return binsOf(Float64Array.from(train, (column) => values![column]));
}
