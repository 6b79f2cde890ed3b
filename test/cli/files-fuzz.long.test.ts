import fc from "fast-check";
import { it } from "vitest";
import { CHECKPOINT_PROPERTIES, CONFIG_PROPERTIES } from "../support/checkpoint-properties.ts";
import { METRICS_PROPERTIES } from "../support/metrics-properties.ts";
import { MODEL_PROPERTIES } from "../support/model-properties.ts";

// For a million inputs of each property: SCRATCH_NN_FUZZ=1000000, or node test/fuzz/files.ts 1000000, which also
// counts.
const numRuns = Number(process.env["SCRATCH_NN_FUZZ"] ?? 1500);

it.each([...MODEL_PROPERTIES, ...CHECKPOINT_PROPERTIES, ...CONFIG_PROPERTIES, ...METRICS_PROPERTIES])(
  "$name",
  ({ property }) => {
    fc.assert(property(), { numRuns });
  },
);
