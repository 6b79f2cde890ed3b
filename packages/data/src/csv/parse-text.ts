/** From a block of text to a block of cells. */
import type { CellBlock } from "./cell-block.ts";
import type { CsvFault } from "./fault.ts";
import { parsePlainRows } from "./plain-rows.ts";
import { parseQuotedRows } from "./quoted-rows.ts";
import { type BlockNotes, RowStore } from "./row-store.ts";
import type { TableLayout } from "./table-layout.ts";
import type { TextBlock } from "./text-block.ts";

export type ParsedBlock = { readonly block: CellBlock; readonly notes: BlockNotes } | { readonly fault: CsvFault };

/** Parses a block, on any thread. Never throws for what stands in the text: that comes back as a fault. */
export async function parseBlock(text: TextBlock, layout: TableLayout): Promise<ParsedBlock> {
  if (text.fault !== undefined) return { fault: text.fault };
  const newStore = () => new RowStore(layout.names.length, text.rows, layout.delimiter !== ",");
  let store = newStore();
  let fault: CsvFault | "parsed" | "quoted" | undefined = parsePlainRows(text, layout, store);
  if (fault === "quoted") {
    store = newStore();
    fault = await parseQuotedRows(text, layout, store);
  }
  if (typeof fault === "object") return { fault };
  if (store.rows + store.repeatedHeaders !== text.rows) return { fault: countFault(text, store) };
  return { block: store.pack(), notes: store.notes };
}

function countFault(text: TextBlock, store: RowStore): CsvFault {
  return {
    line: text.firstLine,
    expected: `${text.rows} rows in the ${text.bytes.length} bytes from here, by line ends and quotes`,
    found: String(store.rows + store.repeatedHeaders),
    remedy: 'write a quote inside a cell as "" and quote the whole cell',
  };
}
