/** Which of the parameters are biases, for optimisers that update these otherwise than weights. */
import type { ParameterViews } from "../model/network.ts";
import type { Range } from "../passes/update.ts";

/** Neighbouring parameters of one kind. */
export interface KindRange extends Range {
  readonly areBiases: boolean;
}

/** Cuts a range of the parameters where weights end and biases begin, or the other way round. */
export function* cutByKind({ W, b }: ParameterViews, { begin, end }: Range): Generator<KindRange, void> {
  let at = 0;
  for (let l = 1; l < W.length; l++) {
    for (const part of [W[l], b[l]]) {
      const from = Math.max(begin, at);
      at += part.length;
      const to = Math.min(end, at);
      if (from < to) yield { begin: from, end: to, areBiases: part === b[l] };
    }
  }
}
