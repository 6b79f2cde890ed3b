/** The parts of a dataset that a run of trials is about: its training part, or each fold's. */
import { InputError } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import { type Dataset, groupsByClass, otherColumns, stratifiedFolds, trainingExamples } from "@scratch-nn/data";
import { fingerprintOf } from "../run/fingerprint.ts";
import type { TrialSource } from "./do-trials.ts";
import type { Part } from "./way.ts";

export interface Parts {
  readonly parts: readonly Part[];
  /** What their trials are about: one matrix, or one for each fold. */
  readonly sources: readonly TrialSource[];
}

/** Without folds: the training part, and the test part held back. */
export async function onePart(dataset: Dataset): Promise<Parts> {
  const { train, test } = dataset;
  return { parts: [{ dataset, data: 0, train, heldBack: test }], sources: [await sourceOf(dataset)] };
}

export interface FoldOptions {
  readonly folds: number;
  readonly seed: number;
  /** Whether the folds' networks are to have the same inputs. */
  readonly sharesEncoders: boolean;
}

/**
 * Folds of the training part, stratified: each is held back once. A table's encoders are fitted to what is not held
 * back, for each fold anew.
 * @throws InputError when there are more folds than examples of a class
 */
export async function foldParts(dataset: Dataset, { folds, seed, sharesEncoders }: FoldOptions): Promise<Parts> {
  const groups = groupsByClass(dataset.train, dataset.labels, dataset.classes.length);
  requireFolds(folds, groups, dataset.classes);
  const { refit } = dataset;
  const cut = stratifiedFolds(groups, folds, seed);
  const shared = await sourceOf(dataset);
  const parts: Part[] = [];
  const sources: TrialSource[] = [];
  for (const [data, heldBack] of cut.entries()) {
    const train = otherColumns(dataset.train, heldBack);
    if (refit === undefined || sharesEncoders) {
      parts.push({ dataset, data: 0, train, heldBack });
      continue;
    }
    const own = await refit({ train, test: heldBack });
    parts.push({ dataset: own, data, train, heldBack });
    sources.push(await sourceOf(own));
  }
  return { parts, sources: sources.length === 0 ? [shared] : sources };
}

/** @throws InputError naming the class that is too small */
function requireFolds(folds: number, groups: readonly Uint32Array[], classes: readonly string[]): void {
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

async function sourceOf(dataset: Dataset): Promise<TrialSource> {
  const { columns: _, ...examples } = trainingExamples(dataset);
  return { examples, fingerprint: await fingerprintOf(dataset) };
}
