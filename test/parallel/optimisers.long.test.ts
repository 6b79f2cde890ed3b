import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";
import { someExamples } from "../support/examples.ts";
import { AT_WORK, expectTheSameEnd, type KeptPosition, sameBitsAs } from "../support/same-bits.ts";

const LAYERS = [37, 19, 17, 5];
const WITH_MEMORY = core.OPTIMIZERS.filter((name) => name !== "gradient-descent");

// same-bits.test.ts tests AdamW with other numbers of workers.
describe.each(WITH_MEMORY)("%s", (name) => {
  const options = { epochs: 3, batchSize: 64, optimizer: { name } };
  const endsInThem = sameBitsAs({ name, layers: LAYERS, m: 203, type: "floats", options });

  it.each([2, 8])("%i workers end in the bits and figures of one thread, whoever updates", async (workers) => {
    for (const update of ["main", "slices"] as const) {
      await endsInThem({ workers, update, ...AT_WORK["another number every step"] });
    }
  });

  it("goes on from any step of an epoch, on other numbers of workers", async () => {
    const examples = someExamples(37, 203, 5, "floats");
    const kept: KeptPosition[] = [];
    const whole = core.createNetwork({ layers: LAYERS });
    const expected = core.fit(whole, examples, options);
    const again = core.createNetwork({ layers: LAYERS });
    await parallel.fit(again, examples, {
      ...options,
      workers: 2,
      cores: 2,
      update: "slices",
      checkpoints: {
        areDue: () => true,
        take: (from, { parameters }) => kept.push({ from, parameters: parameters.slice() }),
      },
    });
    expect(kept).toHaveLength(12);
    await expectTheSameEnd(kept, { whole, expected }, examples, options);
  });
});
