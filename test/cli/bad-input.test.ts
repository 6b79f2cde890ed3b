import { describe, it } from "vitest";
import { CASES, expectRefusal } from "../support/bad-input.ts";

/** bad-input.long.test.ts has the other cases. */
const SOME = CASES.filter((_, i) => i % 3 === 0);

describe("bad input ends with exit code 2, one message, no stack trace, and nothing written:", () => {
  it.each(SOME)("%s", (...rest) => expectRefusal(rest));
});
