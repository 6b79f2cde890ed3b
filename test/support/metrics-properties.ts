/** Properties of metrics.csv, for fast-check, as it is written and with random changes. */
import { type EpochRow, METRICS_HEAD, metricsLine, readMetrics } from "@scratch-nn/cli";
import fc from "fast-check";
import { expect } from "vitest";
import { EDITS, editedText, type FileProperty } from "./edits.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x));
const figures = fc.record({ loss: finite, accuracy: finite }, { requiredKeys: ["loss"] });
const weights = fc.stringMatching(/^[0-9a-f]{16}$/);
const row = fc
  .tuple(figures, fc.record({ validation: figures, weights }, { requiredKeys: [] }))
  .map(([own, more]) => ({ ...own, ...more }));
const rows = fc
  .array(row, { maxLength: 8 })
  .map((list) => list.map((each, e): EpochRow => ({ epoch: e + 1, ...each })));
const textOf = (list: readonly EpochRow[]): string => METRICS_HEAD + list.map(metricsLine).join("");

export const METRICS_PROPERTIES: readonly FileProperty[] = [
  {
    name: "a line of metrics.csv reads back as the same numbers, to the bit",
    property: () =>
      fc.property(rows, (list) => {
        expect(readMetrics(textOf(list))).toEqual({ rows: list, wrongLine: undefined, isCut: false });
      }),
  },
  {
    name: "a line of metrics.csv that was changed is named, or says what it means; those before it stay",
    property: () =>
      fc.property(rows, EDITS, (list, edits) => {
        const text = editedText(textOf(list), edits, false);
        const { rows: read, wrongLine, isCut } = readMetrics(text);
        if (wrongLine === undefined && !isCut) expect(textOf(read)).toBe(text);
        else if (read.length > 0) expect(text.startsWith(textOf(read))).toBe(true);
      }),
  },
];
