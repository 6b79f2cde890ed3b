/** Faults in the text of a table, with their location. */
import { InputError } from "@scratch-nn/core";
import { findEncodingFault } from "../sources/utf8.ts";

/** A fault as plain data, which can be sent between threads. */
export interface CsvFault {
  readonly line: number;
  /** The position of the cell in its row, from 1; undefined if the whole row is at fault. */
  readonly column?: number | undefined;
  readonly expected: string;
  /** Shortened, and safe for a terminal. */
  readonly found: string;
  /** Default: mend or delete that row. */
  readonly remedy?: string | undefined;
}

/** Makes the error that the user sees: `file:line:column: expected ..., found ... (column "name"); remedy`. */
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
 * Returns the first byte that is not valid UTF-8, or not text, as a fault.
 * @param start the line and the offset of the first byte
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
