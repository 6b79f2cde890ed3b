import { KERNEL_NAMES } from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { AT_WORK, fewestThreadsOnUnits, JOBS, sameBitsAs, UNIT_JOBS } from "../support/same-bits.ts";
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

// same-bits.test.ts tests all of these jobs with fewer threads.
describe.each(isThorough ? UNIT_JOBS : UNIT_JOBS.filter(({ inQuick }) => inQuick.length === 0))(
  "cut by units: $name",
  ({ update, inQuick: _, ...job }) => {
    const workers = 5;
    const endsInThem = sameBitsAs(job);

    describe.each(["simd128", "simd256"] as const)("%s", (kernels) => {
      const isVaried = isThorough || kernels === VARIED;
      const ways = Object.entries(AT_WORK).filter(([way]) => isThorough || (way !== "one" && way !== "two"));
      it.each(ways.slice(isVaried ? 0 : -1))("threads at work: %s", async (_, atWork) => {
        expect(fewestThreadsOnUnits(job, { workers, update, kernels })).toBeDefined();
        await endsInThem({ workers, update, kernels, ...atWork });
      });
    });
  },
);
