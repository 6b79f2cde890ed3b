/** Parses a block of text into a block of cells. */
import { collapseBlanks } from "./blanks.ts";
import type { CellBlock } from "./cell-block.ts";
import { type CsvFault, encodingFault } from "./fault.ts";
import { ALL_ROWS } from "./hash-lines.ts";
import { parsePlainRows } from "./plain-rows.ts";
import { parseQuotedRows } from "./quoted-rows.ts";
import { RowStore } from "./row-store.ts";
import type { ParseRules } from "./table-layout.ts";
import type { BlockNotes } from "./tally.ts";
import type { TextBlock } from "./text-block.ts";

export type ParsedBlock = { readonly block: CellBlock; readonly notes: BlockNotes } | { readonly fault: CsvFault };

/**
 * Parses a block, on any thread. `rules` is a table's layout, or the part of it that `parseRulesOf` returns. Never
 * throws for the content of the text: that is returned as a fault.
 */
export async function parseBlock(text: TextBlock, rules: ParseRules): Promise<ParsedBlock> {
  const wrong = text.fault ?? encodingFault(text.bytes, text);
  if (wrong !== undefined) return { fault: wrong };
  if (rules.delimiter === " ") {
    const { bytes, comments } = collapseBlanks(text.bytes, rules.hashRows);
    const parsed = await parseBlock({ ...text, bytes }, { ...rules, delimiter: "\t", hashRows: ALL_ROWS });
    return "fault" in parsed ? parsed : { block: parsed.block, notes: { ...parsed.notes, comments } };
  }
  const newStore = (): RowStore => new RowStore(rules, text.rows);
  const plain = newStore();
  const result = parsePlainRows(text, rules, plain);
  if (result !== "quoted") return resultOf(text, plain, result === "parsed" ? undefined : result);
  const quoted = newStore();
  return resultOf(text, quoted, await parseQuotedRows(text, rules, quoted));
}

function resultOf(text: TextBlock, store: RowStore, fault: CsvFault | undefined): ParsedBlock {
  if (fault !== undefined) return { fault };
  if (store.rows + store.repeatedHeaders !== text.rows) return { fault: countFault(text, store) };
  return { block: store.pack(), notes: store.notes };
}

/** The fault if parser and scanner find different numbers of rows, so that no row is lost or gained silently. */
function countFault(text: TextBlock, store: RowStore): CsvFault {
  return {
    line: text.firstLine,
    expected: `${text.rows} rows in the ${text.bytes.length} bytes from here, by line ends and quotes`,
    found: String(store.rows + store.repeatedHeaders),
    remedy: 'write a quote inside a cell as "" and quote the whole cell',
  };
}
