import * as core from "@scratch-nn/core";
import { KERNEL_NAMES } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { someExamples } from "../support/examples.ts";
import { AT_WORK, expectTheSameEnd, type KeptPosition, sameBitsAs } from "../support/same-bits.ts";
import { everyNth } from "../support/thorough.ts";

const LAYERS = [37, 19, 17, 5];

// same-bits.test.ts tests further combinations.
describe.each(core.OPTIMIZERS)("%s with dropout, factors, class weights, softened labels and shuffling", (name) => {
  const options: core.FitOptions = {
    epochs: 3,
    batchSize: 64,
    seed: 3,
    optimizer: { name },
    loss: { name: "cross-entropy", labelSmoothing: 0.1, classWeights: [1, 0.5, 2, 0.7, 0.8] },
    dropout: { rate: 0.3, schedule: "flat-cosine" },
    factors: { layers: [0.5, 2, 1], biases: 0.1 },
    ...(name === "adamw" ? { decaySchedule: "flat-cosine" } : {}),
  };
  // Clipping precedes every update in the same way.
  for (const clip of name === "adamw" ? [{}, { clipNorm: 0.5 }] : [{}]) {
    const all = { ...options, ...clip };
    const endsInThem = sameBitsAs({ name, layers: LAYERS, m: 203, type: "floats", options: all });

    // Each optimiser is tested with two of the numbers, its neighbours with the others.
    const numbers = core.OPTIMIZERS.indexOf(name) % 2 === 0 ? [1, 2, 5, 8] : [2, 1, 8, 5];
    it.each(everyNth(2, numbers))(
      `%i workers end in the bits of one thread, whoever updates: ${JSON.stringify(clip)}`,
      async (workers) => {
        for (const [i, update] of (["main", "slices"] as const).entries()) {
          const kernels = KERNEL_NAMES[(workers + i) % KERNEL_NAMES.length];
          await endsInThem({ workers, update, kernels, ...AT_WORK["another number every step"] });
        }
      },
    );

    it(`goes on from any step, on other numbers of workers: ${JSON.stringify(clip)}`, async () => {
      const examples = someExamples(37, 203, 5, "floats");
      const kept: KeptPosition[] = [];
      const whole = core.createNetwork({ layers: LAYERS });
      const expected = core.fit(whole, examples, {
        ...all,
        checkpoints: {
          areDue: () => true,
          take: (from, { parameters }) => kept.push({ from, parameters: parameters.slice() }),
        },
      });
      expect(kept).toHaveLength(12);
      await expectTheSameEnd(kept, { whole, expected }, examples, all);
    });
  }
});
