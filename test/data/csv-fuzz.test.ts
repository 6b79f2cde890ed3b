import fc from "fast-check";
import { describe, it } from "vitest";
import { CSV_PROPERTIES } from "../support/csv-properties.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("The reader of tables holds with fast-check:", () => {
  it.each(CSV_PROPERTIES)("$name", async ({ property }) => {
    await fc.assert(property(temporaryFolder()), { numRuns: 60, seed: 2 });
  });
});
