/** What is wrong with a table's text, and where. */
import { InputError } from "@scratch-nn/core";
import { findEncodingFault } from "../sources/utf8.ts";

/** Plain data: it crosses threads. */
export interface CsvFault {
  readonly line: number;
  /** From 1, as cells stand in the file; undefined when it is the row as a whole. */
  readonly column?: number | undefined;
  readonly expected: string;
  /** Abridged, and fit for a terminal. */
  readonly found: string;
  /** Default: to mend or delete that row. */
  readonly remedy?: string | undefined;
}

/** A fault as the error that a user sees: `file:line:column: expected ..., found ... (column "name"); remedy`. */
export function tableFault(
  where: string,
  layout: { readonly names: readonly string[]; readonly hasHeader: boolean },
  fault: CsvFault,
): InputError {
  const name = fault.column === undefined ? undefined : layout.names[fault.column - 1];
  const column = name === undefined ? "" : ` (column ${layout.hasHeader ? JSON.stringify(name) : name})`;
  return new InputError({
    where: [where, fault.line, fault.column].filter((part) => part !== undefined).join(":"),
    expected: fault.expected,
    found: `${fault.found}${column}`,
    remedy: fault.remedy ?? "mend or delete that row",
  });
}

/**
 * What is no UTF-8, or no text, in some bytes of a text.
 * @param start the line and the place of the first of them
 */
export function encodingFault(
  bytes: Uint8Array,
  start: { readonly firstLine: number; readonly offset: number },
): CsvFault | undefined {
  const fault = findEncodingFault(bytes);
  if (fault === undefined) return undefined;
  const { at, expected, found, remedy } = fault;
  const line = start.firstLine + countLines(bytes.subarray(0, at));
  return { line, expected, found: `${found} at byte ${start.offset + at}`, remedy };
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 0x0a || (bytes[at] === 0x0d && bytes[at + 1] !== 0x0a)) lines++;
  }
  return lines;
}
