import { describe, expect, it } from "vitest";
import { KINDS, PLACES } from "../faults/injector.ts";
import { runFaulty } from "../support/run-faulty.ts";
import { everyNth } from "../support/thorough.ts";

/** failures.long.test.ts tests the forward pass. */
const OTHERS = Object.keys(PLACES).filter((place) => place !== "forward");
/** Without partial sums, nothing is reduced. */
const BY_UNITS = Object.keys(PLACES).filter((place) => place !== "reducing");

describe("faults in every place where a worker can stand", () => {
  it.each(everyNth(2, OTHERS))("are survived, whatever their kind: %s", async (place) => {
    const outcomes = JSON.parse(await runFaulty("every-fault.ts", {}, place));
    expect(outcomes).toEqual(Object.keys(KINDS).map((kind) => ({ kind, outcome: "survived" })));
  });

  it.each(everyNth(3, ["updating", "noting", "arriving"]))(
    "are survived by a run whose optimiser keeps numbers: %s",
    async (place) => {
      const outcomes = JSON.parse(await runFaulty("every-fault.ts", {}, place, "3"));
      expect(outcomes).toEqual(Object.keys(KINDS).map((kind) => ({ kind, outcome: "survived" })));
    },
  );

  it.each(everyNth(5, BY_UNITS))("are survived in steps that are cut by units: %s", async (place) => {
    const outcomes = JSON.parse(await runFaulty("every-fault.ts", {}, place, "5"));
    expect(outcomes).toEqual(Object.keys(KINDS).map((kind) => ({ kind, outcome: "survived" })));
  });

  it.each(everyNth(4, ["updating", "noting", "arriving", "waking"]))(
    "are survived in such steps of a run that keeps numbers and validates: %s",
    async (place) => {
      const outcomes = JSON.parse(await runFaulty("every-fault.ts", {}, place, "6"));
      expect(outcomes).toEqual(Object.keys(KINDS).map((kind) => ({ kind, outcome: "survived" })));
    },
  );

  it.each(everyNth(3, ["packing", "forward", "arriving", "taking", "waiting"]))(
    "are survived by a run that does little but validate: %s",
    async (place) => {
      const outcomes = JSON.parse(await runFaulty("every-fault.ts", {}, place, "4"));
      expect(outcomes).toEqual(Object.keys(KINDS).map((kind) => ({ kind, outcome: "survived" })));
    },
  );

  it("leave no more to wait for than the block that the worker stands in: main computes the others", async () => {
    const outcome: { missing: number } = JSON.parse(await runFaulty("help.ts", {}));
    expect(outcome).toMatchObject({ isReplaced: true, hasSameBits: true });
    // At most one of 16 blocks, with 375 columns.
    expect(outcome.missing).toBeLessThanOrEqual(375);
  });
});
