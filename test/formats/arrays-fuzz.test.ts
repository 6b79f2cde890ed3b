import fc from "fast-check";
import { it } from "vitest";
import { ARRAY_PROPERTIES } from "../support/array-properties.ts";

it.each(ARRAY_PROPERTIES)("$name", ({ property }) => {
  fc.assert(property(), { numRuns: Number(process.env["SCRATCH_NN_FUZZ"] ?? 200) });
});
