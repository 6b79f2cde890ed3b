import { describe, it } from "vitest";
import { CASES, expectRefusal } from "../support/bad-input.ts";

/** bad-input.test.ts has the other cases. */
const MOST = CASES.filter((_, i) => i % 3 > 0);

describe("bad input of every kind ends with exit code 2, one message, no stack trace, and nothing written:", () => {
  it.each(MOST)("%s", (...rest) => expectRefusal(rest));
});
