import { KERNEL_NAMES } from "@scratch-nn/core/engine";
import { describe, it } from "vitest";
import { AT_WORK, JOBS, sameBitsAs } from "../support/same-bits.ts";
import { everyNth, isThorough } from "../support/thorough.ts";

/** The kernels for which everything is varied; the other kernels vary one thing at a time. */
const VARIED = "simd256";

// same-bits.test.ts tests all jobs with fewer threads.
describe.each(everyNth(2, JOBS))("$name", (job) => {
  const endsInThem = sameBitsAs(job);

  // same-bits.test.ts tests 3 and 8.
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
