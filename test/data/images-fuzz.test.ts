import fc from "fast-check";
import { describe, it } from "vitest";
import { IMAGE_PROPERTIES } from "../support/image-properties.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The share of the inputs of `images-fuzz.long.test.ts` that this test tries. */
const PART = 1 / 8;

describe("Whatever stands in them, files give a dataset that holds together or an InputError:", () => {
  it.each(IMAGE_PROPERTIES)("$name", async ({ property, shortRuns }) => {
    await fc.assert(await property(temporaryFolder()), { numRuns: Math.ceil(PART * shortRuns), seed: 2 });
  });
});
