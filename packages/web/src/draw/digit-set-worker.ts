/** Draws digits and evaluates the network on them in a worker, so that the page keeps 60 frames a second. */
import { decodeModel } from "@scratch-nn/core";
import { DIGIT_PIXELS, drawDigit } from "@scratch-nn/data/browser";
import { classifierOf } from "../model/classifier.ts";
import { centred } from "./as-mnist.ts";
import type { DigitSet } from "./neighbours.ts";

export interface DigitSetRequest {
  readonly seed: number;
  readonly count: number;
  /** A model file. */
  readonly model: Uint8Array;
}

/** Digits per message, so that the first arrive early. */
const BLOCK = 100;

addEventListener("message", ({ data }: MessageEvent<DigitSetRequest>) => {
  const { seed, count, model } = data;
  const classifier = classifierOf(decodeModel(model));
  const last = classifier.model.network.layers.length - 2;
  const drawn = new Uint8Array(DIGIT_PIXELS);
  for (let from = 0; from < count; from += BLOCK) {
    const size = Math.min(BLOCK, count - from);
    const X = new Uint8Array(DIGIT_PIXELS * size);
    const labels = new Uint8Array(size);
    for (let i = 0; i < size; i++) {
      labels[i] = drawDigit(seed, from + i, drawn);
      X.set(centred(drawn), i * DIGIT_PIXELS);
    }
    const hidden = classifier.activations(X, last);
    postMessage({ X, labels, hidden } satisfies DigitSet, { transfer: [X.buffer, hidden.buffer] });
  }
});
