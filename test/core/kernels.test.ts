import { describe, it } from "vitest";
import { cases, describeCase, expectOneResult } from "../support/kernel-cases.ts";

// kernels.long.test.ts tests the other cases.
describe("the bits of the plain kernels, by ===", () => {
  it.each(cases.filter((_, i) => i % 3 === 0).map((each) => [describeCase(each), each] as const))("%s", (_, each) => {
    expectOneResult(each);
  });
});
