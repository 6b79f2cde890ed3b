/** Scans the first rows of a text with lines that begin with #, before the number of columns is known. */
import { HASH } from "./characters.ts";
import { ALL_COMMENTS, ALL_ROWS, type HashRows } from "./hash-lines.ts";
import { type Head, type ScannedSample, scanSample } from "./sample.ts";
import type { Delimiter } from "./table-layout.ts";

/** Scans the first rows. Lines that begin with # count if they have as many cells as the others. */
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

/** If nearly all lines begin with #: the range of cell counts that makes them rows; undefined for comments. */
function fewOthers(others: ScannedSample, hashed: ScannedSample): HashRows | undefined {
  const { cells } = hashed;
  if (others.rows.length === 0) return cells > 1 && hashed.rules.delimiter !== " " ? [cells, cells] : undefined;
  const header = others.rows[0].cells;
  // Rows may have a trailing delimiter, or names, that the header lacks.
  return cells === header || cells === header + 1 ? [header, cells] : [header, header];
}
