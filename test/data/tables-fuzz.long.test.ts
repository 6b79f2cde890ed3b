import fc from "fast-check";
import { describe, it } from "vitest";
import { CSV_PROPERTIES } from "../support/csv-properties.ts";
import { tableProperty } from "../support/table-properties.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const SOME_HUNDRED = { numRuns: 300, seed: 1 };

describe("The reader of tables holds with fast-check, some hundred times:", () => {
  it.each(CSV_PROPERTIES)("$name", async ({ property }) => {
    await fc.assert(property(temporaryFolder()), SOME_HUNDRED);
  });
});

describe("Whatever stands in the cells of a table, some hundred times,", () => {
  it("it gives a dataset that holds together and predicts as its model does, or an InputError", async () => {
    await fc.assert(tableProperty(temporaryFolder()), SOME_HUNDRED);
  });
});
