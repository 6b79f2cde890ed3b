/** What a part's networks are worth on the columns held back. */
import { createHash } from "node:crypto";
import { parameterBytes } from "@scratch-nn/core/engine";
import { type Figures, Tally } from "../inference/tally.ts";
import type { Member, Part } from "./way.ts";

/** @param outputs probabilities, [classes, heldBack.length] */
export function figuresOf({ dataset, heldBack }: Part, outputs: Float32Array): Figures {
  const classes = dataset.classes.length;
  const tally = new Tally(classes);
  const predicted = Uint16Array.from(heldBack, (_, c) => likeliest(outputs.subarray(c * classes, (c + 1) * classes)));
  const labels = Int32Array.from(heldBack, (column) => dataset.labels[column]);
  tally.add({ predicted, probabilities: outputs, labels });
  return tally.figures;
}

/** The place of the largest, the first of equals. */
function likeliest(values: Float32Array): number {
  let place = 0;
  for (let k = 1; k < values.length; k++) if (values[k] > values[place]) place = k;
  return place;
}

/** SHA-256 over the parameters of all, in their order; of one network, what `train` prints of it. */
export function membersSha256(members: readonly Member[]): string {
  const hash = createHash("sha256");
  for (const { network } of members) hash.update(parameterBytes(network));
  return hash.digest("hex");
}
