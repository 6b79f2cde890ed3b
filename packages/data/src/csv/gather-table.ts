/** Collects the blocks of a table in memory. */
import { bytesOf, type CellBlock } from "./cell-block.ts";
import { tableFault } from "./fault.ts";
import type { OpenTable } from "./open-text.ts";
import type { ParsedBlock } from "./parse-text.ts";
import type { TableLayout, TableOptions } from "./table-layout.ts";
import { TableTally } from "./tally.ts";

export interface Table {
  readonly where: string;
  readonly layout: TableLayout;
  readonly rows: number;
  /** In the order of the file. */
  readonly blocks: readonly CellBlock[];
  /** The decisions made about the table, one a line. */
  readonly remarks: readonly string[];
}

/**
 * Collects all blocks of a table, and closes it.
 * @param parsed the blocks, in order
 * @throws InputError that names file, line and column of the first fault
 */
export async function gatherTable(
  table: OpenTable,
  parsed: AsyncIterable<ParsedBlock>,
  options: Pick<TableOptions, "exempt" | "onGrow">,
): Promise<Table> {
  const { where, layout } = table;
  const tally = new TableTally(layout, options.exempt);
  const blocks: CellBlock[] = [];
  try {
    let bytes = 0;
    for await (const block of parsed) {
      if ("fault" in block) throw tableFault(where, layout, block.fault);
      tally.add(block.block, block.notes);
      blocks.push(block.block);
      bytes += bytesOf(block.block);
      options.onGrow?.(bytes);
    }
  } finally {
    await table.close();
  }
  const fault = tally.fault();
  if (fault !== undefined) throw tableFault(where, layout, fault);
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  return { where, layout, rows, blocks, remarks: [...table.remarks, ...tally.remarks(table.comments)] };
}
