/** The digits that a drawing is compared with; a worker creates them. */
import { signal } from "@preact/signals";
import { encodeModel, type Model } from "@scratch-nn/core";
import type { DigitSetRequest } from "./digit-set-worker.ts";
import worker from "./digit-set-worker.ts?thread";
import type { DigitSet } from "./neighbours.ts";

const COUNT = 2000;
const SEED = 1;

export class DigitSets {
  /** Blocks of digits; their number grows until the worker is done. */
  readonly blocks = signal<readonly DigitSet[]>([]);
  #worker: Worker | undefined;

  /** Starts creating the digits for a model. */
  make(model: Model): void {
    this.end();
    this.blocks.value = [];
    let made = 0;
    this.#worker = new Worker(worker, { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<DigitSet>) => {
      this.blocks.value = [...this.blocks.value, data];
      made += data.labels.length;
      if (made === COUNT) this.end();
    };
    this.#worker.postMessage({ seed: SEED, count: COUNT, model: encodeModel(model) } satisfies DigitSetRequest);
  }

  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}
