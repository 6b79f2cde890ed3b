/** Opens a table from a file or standard input. */
import { openSource } from "../sources/byte-source.ts";
import { type OpenTable, openText } from "./open-text.ts";
import type { TableOptions } from "./table-layout.ts";

/**
 * Opens a table: CSV or a similar text format, plain or gzipped.
 * @param path of the file; `-` is standard input
 * @throws InputError if it cannot be read, or is no table
 */
export async function openTable(path: string, options: TableOptions = {}): Promise<OpenTable> {
  return openText(await openSource(path, options), options);
}
