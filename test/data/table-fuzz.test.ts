import fc from "fast-check";
import { describe, it } from "vitest";
import { tableProperty } from "../support/table-properties.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("Whatever stands in the cells of a table,", () => {
  it("it gives a dataset that holds together and predicts as its model does, or an InputError", async () => {
    await fc.assert(tableProperty(temporaryFolder()), { numRuns: 60, seed: 2 });
  });
});
