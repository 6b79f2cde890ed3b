/** Splits a dataset into the parts of a run of trials: its training part, or one part per fold. */
import { InputError, type Output, taskOf } from "@scratch-nn/core";
import { excerpt, inputsBesidesBins } from "@scratch-nn/core/engine";
import {
  type Dataset,
  foldGroups,
  type Groups,
  otherColumns,
  stratifiedFolds,
  trainingExamples,
  withValidation,
} from "@scratch-nn/data";
import { fingerprintOf } from "../disk/fingerprint.ts";
import { outputsOf } from "../options/loss-flags.ts";
import type { TrialSource } from "./do-trials.ts";
import type { Part } from "./way.ts";

export interface Parts {
  readonly parts: readonly Part[];
  /** The data of the trials: one matrix, or one for each fold. */
  readonly sources: readonly TrialSource[];
}

/** A dataset with its hash. */
export interface KnownDataset {
  readonly dataset: Dataset;
  /** See fingerprint.ts. */
  readonly fingerprint: string;
}

/** Without folds: trains on the training part, and holds the test part back. */
export function onePart({ dataset, fingerprint }: KnownDataset, output: Output): Parts {
  const { train, test } = dataset;
  const units = outputsOf(taskOf(dataset), output);
  const sources = sourcesOf(dataset, output, fingerprint);
  const dataBesidesBins = sources.length - 1;
  return { parts: [{ dataset, output, units, data: 0, dataBesidesBins, train, heldBack: test }], sources };
}

export interface FoldOptions {
  readonly folds: number;
  readonly seed: number;
  /** Whether the folds' networks must have the same inputs. */
  readonly sharesEncoders: boolean;
  /** The networks' output layer. */
  readonly output: Output;
  /** The share of each training part held back for validation during training; undefined for none. */
  readonly validationFraction?: number | undefined;
}

/**
 * Stratified folds of the training part; each is held back once. A table's encoders are fitted for each fold to the
 * columns that are not held back.
 * @throws InputError when there are more folds than examples of a class
 */
export async function foldParts({ dataset, fingerprint }: KnownDataset, options: FoldOptions): Promise<Parts> {
  const { folds, seed, sharesEncoders, output, validationFraction: fraction } = options;
  const groups = foldGroups(dataset, dataset.train, folds);
  requireFolds(folds, dataset, groups);
  const units = outputsOf(taskOf(dataset), output);
  const { refit } = dataset;
  const cut = stratifiedFolds(groups, folds, seed);
  const isShared = refit === undefined || sharesEncoders;
  const parts: Part[] = [];
  const sources = isShared ? sourcesOf(dataset, output, fingerprint) : [];
  for (const heldBack of cut) {
    const others = otherColumns(dataset.train, heldBack);
    const own = isShared
      ? { ...dataset, train: others, test: heldBack }
      : await refit({ train: others, test: heldBack });
    const { train, validation } = fraction === undefined ? own : withValidation(own, fraction, seed);
    const data = isShared ? 0 : sources.length;
    if (!isShared) sources.push(...sourcesOf(own, output, await fingerprintOf(own)));
    const dataBesidesBins = sources.length - 1;
    parts.push({ dataset: own, output, units, data, dataBesidesBins, train, validation, heldBack });
  }
  return { parts, sources };
}

/** @throws InputError naming the class that is too small, or stating that there are too few rows */
function requireFolds(folds: number, dataset: Dataset, groups: Groups): void {
  const task = taskOf(dataset);
  const rows = dataset.train.length;
  if (folds > rows) {
    throw new InputError({
      where: "--folds",
      expected: `at most ${rows}, the examples that there are`,
      found: String(folds),
      remedy: "take fewer folds",
    });
  }
  if (task.kind !== "classes") return;
  const { classes } = task;
  const sizes = groups.map((group) => group.length).filter((size) => size > 0);
  const least = Math.min(...sizes);
  if (folds <= least) return;
  const smallest = groups.findIndex((group) => group.length === least);
  throw new InputError({
    where: "--folds",
    expected:
      least < 2
        ? "every class to have at least two examples"
        : `at most ${least}, the examples of the smallest class, ${excerpt(classes[smallest])}`,
    found: least < 2 ? `one example of ${excerpt(classes[smallest])}` : String(folds),
    remedy: least < 2 ? "take that class out, or more examples of it in" : "take fewer folds",
  });
}

/** The data and, where there are bins of numbers, the data without them. */
function sourcesOf(dataset: Dataset, output: Output, fingerprint: string): TrialSource[] {
  const { columns: _, ...examples } = trainingExamples(dataset, output);
  const { X, inputs, preprocessing } = dataset;
  const first = inputsBesidesBins(preprocessing);
  const all = { examples, fingerprint };
  if (first === inputs || X instanceof Uint8Array) return [all];
  const m = X.length / inputs;
  const part = new Float32Array(new SharedArrayBuffer(4 * first * m));
  for (let c = 0; c < m; c++) part.set(X.subarray(c * inputs, c * inputs + first), c * first);
  return [all, { examples: { ...examples, X: part }, fingerprint: `${fingerprint}, ${first} inputs` }];
}
