/** Names the parameters of the small network in their order in memory: W1, b1, W2, b2. */
import { LAYERS } from "./settings.ts";

export interface Parameter {
  /** W1, b1, W2 or b2. */
  readonly part: string;
  /** The name of its derivative, such as dW1[3, 2]; indices start at 1. */
  readonly name: string;
}

export const PARAMETERS: readonly Parameter[] = [1, 2].flatMap((l) => [
  ...Array.from({ length: LAYERS[l] * LAYERS[l - 1] }, (_, i) => ({
    part: `W${l}`,
    name: `dW${l}[${Math.floor(i / LAYERS[l - 1]) + 1}, ${(i % LAYERS[l - 1]) + 1}]`,
  })),
  ...Array.from({ length: LAYERS[l] }, (_, i) => ({ part: `b${l}`, name: `db${l}[${i + 1}]` })),
]);
