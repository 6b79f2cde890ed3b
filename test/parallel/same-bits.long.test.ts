import { KERNEL_NAMES } from "@scratch-nn/core/engine";
import { describe, it } from "vitest";
import { AT_WORK, JOBS, sameBitsAs } from "../support/same-bits.ts";

describe.each(JOBS)("$name", (job) => {
  const endsInThem = sameBitsAs(job);

  // 3 and 8: same-bits.test.ts.
  it.each([1, 2, 4, 5, 12, 16])("%i workers end in the bits and figures of one thread", (workers) =>
    endsInThem({ workers }),
  );

  describe.each(KERNEL_NAMES)("%s", (kernels) => {
    it.each([1, 2, 3, 5])("%i workers end in the bits and figures of one thread", (workers) =>
      endsInThem({ workers, kernels }),
    );

    describe.each(["main", "slices"] as const)("update by %s", (update) => {
      it.each(Object.entries(AT_WORK))("threads at work: %s", (_, atWork) =>
        endsInThem({ workers: 7, kernels, update, ...atWork }),
      );
    });
  });
});
