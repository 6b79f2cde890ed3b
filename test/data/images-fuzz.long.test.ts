import fc from "fast-check";
import { describe, it } from "vitest";
import { IMAGE_PROPERTIES } from "../support/image-properties.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("Whatever stands in them, files give a dataset that holds together or an InputError:", () => {
  it.each(IMAGE_PROPERTIES)("$name, some hundred times", async ({ property, shortRuns }) => {
    await fc.assert(await property(temporaryFolder()), { numRuns: shortRuns, seed: 1 });
  });
});
