/** Evaluates a part's networks on the held-back columns. */
import { createHash } from "node:crypto";
import { taskOf } from "@scratch-nn/core";
import { likeliestClasses, parameterBytes, readOutputs } from "@scratch-nn/core/engine";
import { type TaskFigures, tallyFor } from "../inference/task-tally.ts";
import type { Member, Part } from "./way.ts";

/** @param outputs of the held-back columns, [units, heldBack.length] */
export function figuresOf({ dataset, output, units, heldBack }: Part, outputs: Float32Array): TaskFigures {
  const task = taskOf(dataset);
  const rows = heldBack.length;
  const likeliest = new Uint16Array(rows);
  if (output === "softmax") likeliestClasses(outputs, units, likeliest);
  const { indices: predicted, probabilities, values } = readOutputs(task, { output }, outputs, likeliest);
  const tally = tallyFor(task);
  if (task.kind === "classes") {
    const labels = Int32Array.from(heldBack, (column) => dataset.labels[column]);
    tally.add({ rows, predicted, probabilities, values, labels, targets: undefined });
  } else {
    const truths = dataset.values ?? dataset.targets!;
    const targets = new Float64Array(units * rows);
    for (const [c, column] of heldBack.entries()) {
      for (let u = 0; u < units; u++) targets[c * units + u] = truths[column * units + u];
    }
    tally.add({ rows, predicted, probabilities, values, labels: undefined, targets });
  }
  return tally.figures;
}

/** SHA-256 over the parameters of all networks in order; for one network, the hash that `train` prints. */
export function membersSha256(members: readonly Member[]): string {
  const hash = createHash("sha256");
  for (const { network } of members) hash.update(parameterBytes(network));
  return hash.digest("hex");
}
