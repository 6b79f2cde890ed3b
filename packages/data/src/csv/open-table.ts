/** Opening a table: where its text comes from, what it is, and its rows block by block. */
import { inspectFile, readChunks } from "../files.ts";
import { findLayout } from "./find-layout.ts";
import type { TableLayout, TableOptions } from "./table-layout.ts";
import { cutBlocks, type TextBlock } from "./text-block.ts";

export interface OpenTable {
  /** What errors call it. */
  readonly where: string;
  readonly layout: TableLayout;
  /** What was decided about it, a line each. */
  readonly remarks: readonly string[];
  /** Its rows of data, in order, once. */
  blocks(): AsyncGenerator<TextBlock>;
  close(): Promise<void>;
}

const HEAD_BYTES = 1 << 18;

/**
 * Opens a table.
 * @param path of a file, plain or gzipped
 * @throws InputError when it cannot be read, or is no table
 */
export async function openTable(path: string, options: TableOptions = {}): Promise<OpenTable> {
  const file = await inspectFile(path);
  const chunks = readChunks(file);
  const pieces: Uint8Array[] = [];
  let size = 0;
  let whole = false;
  while (size < HEAD_BYTES && !whole) {
    const next = await chunks.next();
    if (next.done) whole = true;
    else {
      pieces.push(next.value);
      size += next.value.length;
    }
  }
  const head = Buffer.concat(pieces);
  const { layout, start, remarks } = await findLayout(path, head, whole, options);
  async function* rest(): AsyncGenerator<Uint8Array> {
    yield head.subarray(start.offset);
    if (!whole) yield* chunks;
  }
  return {
    where: path,
    layout,
    remarks,
    blocks: () => cutBlocks(rest(), layout, start, options.rows),
    close: async () => void (await chunks.return(undefined)),
  };
}
