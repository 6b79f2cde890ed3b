/**
 * Makes datasets of tables whose bytes are in memory, without files or threads. In a browser, the bundler has to
 * provide `Buffer`, `isUtf8` of node:buffer and `parse` of fast-csv, as packages/web does.
 */
import { gatherTable } from "../csv/gather-table.ts";
import { openText } from "../csv/open-text.ts";
import { type ParsedBlock, parseBlock } from "../csv/parse-text.ts";
import { parseRulesOf } from "../csv/table-layout.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { type TableDatasetOptions, tableDataset } from "./encode-tables.ts";

/**
 * Makes the same dataset that readTableDataset makes of a file with these bytes.
 * @param name of the file, for errors and reports
 * @param bytes of CSV or a similar text format, not compressed
 * @throws InputError that names the line and column, or the flag, at fault
 */
export async function bytesDataset(name: string, bytes: Uint8Array, options: TableDatasetOptions): Promise<Dataset> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  const table = await openText({ where: name, chunks: chunks(), close: async () => {} }, options);
  const rules = parseRulesOf(table.layout);
  async function* parsed(): AsyncGenerator<ParsedBlock> {
    for await (const text of table.blocks()) yield parseBlock(text, rules);
  }
  return tableDataset(name, await gatherTable(table, parsed(), options), undefined, options);
}
