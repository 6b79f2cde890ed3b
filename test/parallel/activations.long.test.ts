import * as core from "@scratch-nn/core";
import { describe, it } from "vitest";
import { sameBitsAs } from "../support/same-bits.ts";
import { everyNth } from "../support/thorough.ts";

describe.each(core.ACTIVATIONS)("%s", (activation) => {
  const job = { name: activation, layers: [37, 19, 17, 5], m: 203, type: "floats" } as const;
  const options = { epochs: 2, batchSize: 64 };

  it("gives the same bits on some workers, whoever updates", async () => {
    const endsInThem = sameBitsAs({ ...job, activation, options });
    for (const workers of everyNth(2, [3, 8])) {
      for (const update of ["main", "slices"] as const) await endsInThem({ workers, update });
    }
  });
});
