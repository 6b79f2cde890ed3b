/** Tallies a trained network's predictions for any task. */
import type { Task } from "@scratch-nn/core";
import type { BlockPredictions } from "@scratch-nn/data";
import { type LabelsFigures, LabelTally } from "./label-tally.ts";
import { type QuantitiesFigures, QuantityTally } from "./quantity-tally.ts";
import { type Figures, Tally } from "./tally.ts";

export type TaskFigures = ({ readonly kind: "classes" } & Figures) | LabelsFigures | QuantitiesFigures;

/** Adds predictions up block by block, in the order of the rows. */
export interface TaskTally {
  add(block: Omit<BlockPredictions, "ids" | "skipped" | "levels">): void;
  readonly figures: TaskFigures;
}

export function tallyFor(task: Task): TaskTally {
  if (task.kind === "labels") return new LabelTally(task.names);
  if (task.kind === "quantities") return new QuantityTally(task);
  const tally = new Tally(task.classes.length);
  return {
    add({ predicted, probabilities, labels }) {
      if (labels !== undefined) tally.add({ predicted, probabilities, labels });
    },
    get figures() {
      return { kind: "classes", ...tally.figures } as const;
    },
  };
}
