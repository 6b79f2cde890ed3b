/** The first rows of a text in which some lines begin with #, before it is known how many columns there are. */
import { HASH } from "./characters.ts";
import { ALL_COMMENTS, ALL_ROWS, type HashRows } from "./hash-lines.ts";
import { type Head, type ScannedSample, scanSample } from "./sample.ts";
import type { Delimiter } from "./table-layout.ts";

/** Scans the first rows: those that begin with # too, where they have as many cells as the others. */
export function scanWithHashes(head: Head, delimiter: Delimiter): ScannedSample {
  const { bytes } = head;
  const all = (): ScannedSample => scanSample(head, { delimiter, hashRows: ALL_ROWS });
  if (!bytes.includes(HASH)) return all();
  const others = scanSample(head, { delimiter, hashRows: ALL_COMMENTS });
  if (others.rows.length > 1) return scanSample(head, { delimiter, hashRows: [others.cells, others.cells] });
  const hashed = all();
  const hashRows = fewOthers(others, hashed);
  return hashRows === undefined ? others : scanSample(head, { delimiter, hashRows });
}

/** Where about all rows begin with #: how many cells they have, if they are rows. */
function fewOthers(others: ScannedSample, hashed: ScannedSample): HashRows | undefined {
  const { cells } = hashed;
  if (others.rows.length === 0) return cells > 1 && hashed.rules.delimiter !== " " ? [cells, cells] : undefined;
  const header = others.rows[0].cells;
  // A delimiter behind the last cell, and names of rows, may be in the rows alone.
  return cells === header || cells === header + 1 ? [header, cells] : [header, header];
}
