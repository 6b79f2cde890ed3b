import fc from "fast-check";
import { it } from "vitest";
import { MODEL_PROPERTIES } from "../support/model-properties.ts";

it.each(MODEL_PROPERTIES)("$name", ({ property }) => {
  fc.assert(property(), { numRuns: Number(process.env["SCRATCH_NN_FUZZ"] ?? 1000) });
});
