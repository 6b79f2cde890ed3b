import { KERNEL_NAMES } from "@scratch-nn/core/engine";
import { describe, it } from "vitest";
import { AT_WORK, JOBS, sameBitsAs } from "../support/same-bits.ts";
import { everyNth, isThorough } from "../support/thorough.ts";

/** On whose kernels everything is varied; on the others one thing at a time. */
const VARIED = "simd256";

// All of them, on fewer threads: same-bits.test.ts.
describe.each(everyNth(2, JOBS))("$name", (job) => {
  const endsInThem = sameBitsAs(job);

  // 3 and 8: same-bits.test.ts.
  it.each([1, 2, 4, 5, 12, 16])("%i workers end in the bits and figures of one thread", (workers) =>
    endsInThem({ workers }),
  );

  describe.each(KERNEL_NAMES)("%s", (kernels) => {
    const isVaried = isThorough || kernels === VARIED;
    it.each(isVaried ? [1, 2, 3, 5] : [2])("%i workers end in the bits and figures of one thread", (workers) =>
      endsInThem({ workers, kernels }),
    );

    describe.each(["main", "slices"] as const)("update by %s", (update) => {
      it.each(Object.entries(AT_WORK).slice(isVaried ? 0 : -1))("threads at work: %s", (_, atWork) =>
        endsInThem({ workers: 7, kernels, update, ...atWork }),
      );
    });
  });
});
