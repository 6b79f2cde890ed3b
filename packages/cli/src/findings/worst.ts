/** Finds the examples with the worst predictions. */

import type { Task } from "@scratch-nn/core";
import { log } from "@scratch-nn/core/engine";
import { shortNumber } from "../inference/describe-task.ts";
import type { Block } from "./block.ts";

/** One badly predicted example. */
export interface WorstExample {
  /** Column of the dataset. */
  readonly column: number;
  readonly truth: string;
  readonly predicted: string;
  readonly detail: string;
  /** Larger is worse; see #badness. */
  readonly badness: number;
}

/** The smallest f32 above 0: the lower bound of a probability before its logarithm. */
const SMALLEST = 2 ** -149;
/** The largest number of label names listed. */
const MOST_NAMES = 6;

/** Keeps the worst examples of all it receives; ties keep the earlier one. */
export class WorstTally {
  readonly #task: Task;
  readonly #most: number;
  #worst: WorstExample[] = [];

  constructor(task: Task, most: number) {
    this.#task = task;
    this.#most = most;
  }

  add(block: Block): void {
    for (let row = 0; row < block.rows; row++) {
      const badness = this.#badness(block, row);
      const last = this.#worst.at(this.#most - 1);
      if (!(badness > (last?.badness ?? 0))) continue;
      const at = this.#worst.findIndex((other) => other.badness < badness);
      this.#worst.splice(at < 0 ? this.#worst.length : at, 0, {
        column: block.columns[row],
        badness,
        ...this.#describe(block, row),
      });
      this.#worst.length = Math.min(this.#worst.length, this.#most);
    }
  }

  /** The worst examples, in order of decreasing badness. */
  get examples(): readonly WorstExample[] {
    return this.#worst;
  }

  /** 0 for a correct prediction. */
  #badness({ predicted, probabilities, values, labels, targets }: Block, row: number): number {
    const task = this.#task;
    if (task.kind === "classes") {
      const isRight = predicted[row] === labels![row];
      return isRight ? 0 : probabilities[row * task.classes.length + predicted[row]];
    }
    const count = task.names.length;
    let badness = 0;
    for (let at = row * count; at < (row + 1) * count; at++) {
      const truth = targets![at];
      if (task.kind === "quantities") {
        badness = Math.max(badness, Math.abs(values[at] - truth) / task.spread[at % count]);
      } else if (predicted[at] !== truth) {
        badness -= log(Math.max(truth === 1 ? probabilities[at] : 1 - probabilities[at], SMALLEST));
      }
    }
    return badness;
  }

  #describe({ predicted, probabilities, values, labels, targets }: Block, row: number) {
    const task = this.#task;
    if (task.kind === "classes") {
      const { classes } = task;
      return {
        truth: classes[labels![row]],
        predicted: classes[predicted[row]],
        detail: `${(100 * probabilities[row * classes.length + predicted[row]]).toFixed(1)} % sure`,
      };
    }
    const { names } = task;
    const places = names.map((_, u) => row * names.length + u);
    if (task.kind === "labels") {
      const wrong = places.filter((at) => predicted[at] !== targets![at]).length;
      const yes = (of: ArrayLike<number>): string => listed(names.filter((_, u) => of[places[u]] === 1));
      return { truth: yes(targets!), predicted: yes(predicted), detail: `${wrong} of ${names.length} wrong` };
    }
    const off = places.map((at, u) => Math.abs(values[at] - targets![at]) / task.spread[u]);
    const worst = off.indexOf(Math.max(...off));
    const [found, truth] = [values[places[worst]], targets![places[worst]]];
    const which = names.length === 1 ? "" : `${names[worst]}: `;
    return {
      truth: `${which}${shortNumber(truth)}`,
      predicted: shortNumber(found),
      detail: `off by ${shortNumber(found - truth)}`,
    };
  }
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : "";
  return `${names.slice(0, MOST_NAMES).join(", ")}${more}`;
}
