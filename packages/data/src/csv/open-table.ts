/** Opening a table that is a file, or standard input. */
import { openSource } from "../sources/byte-source.ts";
import { type OpenTable, openText } from "./open-text.ts";
import type { TableOptions } from "./table-layout.ts";

/**
 * Opens a table: CSV and its kin, plain or gzipped.
 * @param path `-` is standard input
 * @throws InputError when it cannot be read, or is no table
 */
export async function openTable(path: string, options: TableOptions = {}): Promise<OpenTable> {
  return openText(await openSource(path, options), options);
}
