/**
 * Tables whose bytes are in memory as datasets, without files or threads. In a browser, the bundler has to give `Buffer`,
 * `isUtf8` of node:buffer and `parse` of fast-csv, as packages/web does.
 */
import { gatherTable } from "../csv/gather-table.ts";
import { openText } from "../csv/open-text.ts";
import { type ParsedBlock, parseBlock } from "../csv/parse-text.ts";
import { parseRulesOf } from "../csv/table-layout.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { type TableDatasetOptions, tableDataset } from "./encode-tables.ts";

/**
 * Makes the dataset that readTableDataset makes of a file with these bytes.
 * @param name of the file, for errors and reports
 * @param bytes of CSV and its kin, not packed
 * @throws InputError naming line and column, or the flag, of what is wrong
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
