/** The parts of the parameters, for updates that differ between parts. */
import type { ParameterViews } from "../model/network.ts";
import type { Range } from "../passes/update.ts";

/** W[l], or b[l]. */
export interface Part {
  /** l, from 1. */
  readonly layer: number;
  readonly areBiases: boolean;
}

/** Contiguous parameters of one part. */
export interface PartRange extends Range {
  readonly part: Part;
}

/** Cuts a range of the parameters at the boundaries of the parts. */
export function* cutByPart({ W, b }: ParameterViews, { begin, end }: Range): Generator<PartRange, void> {
  let at = 0;
  for (let layer = 1; layer < W.length; layer++) {
    for (const areBiases of [false, true]) {
      const from = Math.max(begin, at);
      at += (areBiases ? b : W)[layer].length;
      const to = Math.min(end, at);
      if (from < to) yield { begin: from, end: to, part: { layer, areBiases } };
    }
  }
}
