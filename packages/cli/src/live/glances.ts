/**
 * Evaluates the network during training on examples that it does not learn from, at intervals and only where that is
 * cheap.
 */
import { type ConfusionMatrix, type Examples, evaluate, type Network } from "@scratch-nn/core";
import { testExamples, validationExamples } from "@scratch-nn/data";
import type { Confusion } from "@scratch-nn/server";
import type { WatchedRun } from "../run/watcher.ts";

/** The largest confusion matrix that is readable on the page. */
const MOST_CLASSES = 40;
const MOST_EXAMPLES = 2000;
/** Multiplications: about ten milliseconds of one core. */
const MOST_WORK = 2e8;
/**
 * Minimum rest between two evaluations, absolute and as a multiple of the last one's time. It slows the training by at
 * most 2 %.
 */
const REST_MILLISECONDS = 700;
const REST = 50;

/** Computes the confusion matrix from time to time. */
export class Glances {
  readonly #examples: Examples | undefined;
  readonly #part: "validation" | "test";
  readonly #kernels: WatchedRun["plan"]["kernels"]["name"];
  #next = 0;

  constructor({ dataset, network, plan }: WatchedRun) {
    // Where there are validation examples, the test part stays unused until the end.
    const validation = validationExamples(dataset, network.output);
    this.#part = validation === undefined ? "test" : "validation";
    this.#kernels = plan.kernels.name;
    const isShown = network.output === "softmax" && dataset.classes.length <= MOST_CLASSES;
    const held = isShown ? (validation ?? testExamples(dataset, network.output)) : undefined;
    this.#examples = held && firstOf(held, Math.min(MOST_EXAMPLES, Math.floor(MOST_WORK / network.parameters.length)));
  }

  /** @returns undefined where it is too early, or there are no examples to evaluate */
  look(network: Network, epoch: number, now: number): Confusion | undefined {
    if (this.#examples === undefined || now < this.#next) return undefined;
    const { confusion, accuracy, examples } = evaluate(network, this.#examples, { kernels: this.#kernels });
    const done = performance.now();
    // The first evaluation includes compiling the kernels, so its time is not representative.
    this.#next = done + (this.#next === 0 ? REST_MILLISECONDS : Math.max(REST_MILLISECONDS, REST * (done - now)));
    return confusionOf(confusion!, { epoch, part: this.#part, examples, accuracy: accuracy! });
  }
}

export function confusionOf(confusion: ConfusionMatrix, about: Omit<Confusion, "counts">): Confusion | undefined {
  return confusion.classes > MOST_CLASSES ? undefined : { ...about, counts: confusion.rows() };
}

function firstOf(examples: Examples, count: number): Examples | undefined {
  const { columns } = examples;
  return columns === undefined || count < 1 ? undefined : { ...examples, columns: columns.slice(0, count) };
}
