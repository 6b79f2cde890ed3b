/** Opens a table from a stream of bytes: finds encoding and layout, and yields its rows block by block. */
import { InputError } from "@scratch-nn/core";
import { decodeChunks, type Encoding, findEncoding, withoutFinalCtrlZ } from "../sources/decode.ts";
import { recogniseOtherFormat } from "../sources/not-text.ts";
import { requireEncodingFits } from "../sources/wrong-encoding.ts";
import { encodingFault, tableFault } from "./fault.ts";
import { type FoundLayout, findLayout } from "./find-layout.ts";
import { disagreeFault } from "./quoted-rows.ts";
import { RowsDisagree } from "./row-cells.ts";
import type { TableLayout, TableOptions } from "./table-layout.ts";
import { BlockMemory, cutBlocks, type TextBlock } from "./text-block.ts";

export interface OpenTable {
  /** The name of the table in errors. */
  readonly where: string;
  readonly layout: TableLayout;
  /** The decisions made about the table, one a line. */
  readonly remarks: readonly string[];
  /** The number of comments above the data rows. */
  readonly comments: number;
  /** Yields the data rows, in order. Can be called once. */
  blocks(): AsyncGenerator<TextBlock>;
  /** Reuses the memory of a block for later blocks: nobody may read it afterwards. */
  recycle(block: TextBlock): void;
  close(): Promise<void>;
}

/** Bytes read to recognise the file format. */
const MAGIC_BYTES = 4096;
/** Bytes first read to find the layout; doubled for longer rows. */
const HEAD_BYTES = 1 << 18;

/** The source of a table's text. */
export interface TextSource {
  /** The name of the source in errors. */
  readonly where: string;
  /** The bytes, in any encoding. */
  readonly chunks: AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a table: CSV or a similar text format.
 * @throws InputError if it is no table; the source is then closed
 */
export async function openText(source: TextSource, options: TableOptions = {}): Promise<OpenTable> {
  const { where } = source;
  try {
    const packed = new Prefetched(source.chunks);
    requireText(where, await packed.atLeast(MAGIC_BYTES));
    const encoding = findEncoding(where, packed.head, options.encoding);
    if (encoding.mark === 0) requireEncodingFits(where, packed.head, encoding.name);
    const text = new Prefetched(withoutFinalCtrlZ(decodeChunks(where, packed.chunks(), encoding)));
    const { layout, start, comments, remarks } = await findFromHead(where, text, options);
    const header = encodingFault(text.head.subarray(0, start.offset), { firstLine: 1, offset: encoding.mark });
    if (header !== undefined) throw tableFault(where, layout, header);
    const memory = new BlockMemory();
    const place = { ...start, offset: start.offset + encoding.mark };
    return {
      where,
      layout,
      remarks: [...encodingRemark(encoding, options), ...remarks],
      comments,
      blocks: () => cutBlocks(text.chunks(start.offset), layout, { start: place, mostRows: options.rows, memory }),
      recycle: (block) => memory.give(block),
      close: source.close,
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Finds the layout from as little of the text as needed. */
async function findFromHead(where: string, text: Prefetched, options: TableOptions): Promise<FoundLayout> {
  for (let size = HEAD_BYTES; ; size *= 2) {
    const bytes = await text.atLeast(size);
    if (size === HEAD_BYTES) requireText(where, bytes);
    const { whole } = text;
    try {
      const found = await findLayout(where, { bytes, whole }, options);
      if (found !== undefined) return found;
    } catch (error) {
      // An encoding fault explains more than the layout fault that it causes.
      const wrong = encodingFault(bytes, { firstLine: 1, offset: 0 });
      const fault = wrong ?? (error instanceof RowsDisagree ? disagreeFault(error) : undefined);
      throw fault === undefined ? error : tableFault(where, { names: [], hasHeader: false }, fault);
    }
  }
}

function requireText(where: string, head: Uint8Array): void {
  const other = recogniseOtherFormat(head, where);
  if (other === undefined) return;
  throw new InputError({ where, expected: "CSV", found: other.name, remedy: other.remedy });
}

function encodingRemark({ name }: Encoding, options: TableOptions): readonly string[] {
  return name === "utf-8" || options.encoding !== undefined ? [] : [`its encoding is ${name}, by its byte order mark`];
}

/** A stream of chunks whose start can be read ahead. */
class Prefetched {
  readonly #source: AsyncIterator<Uint8Array>;
  /** The start of the stream, as far as it was read ahead. */
  head = Buffer.alloc(0);
  /** Whether `head` is the whole stream. */
  whole = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Reads ahead to at least `bytes` bytes, or to the end. @returns the start of the stream */
  async atLeast(bytes: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [this.head];
    for (let size = this.head.length; size < bytes && !this.whole; ) {
      const next = await this.#source.next();
      if (next.done) this.whole = true;
      else size += pieces[pieces.push(next.value) - 1].length;
    }
    this.head = Buffer.concat(pieces);
    return this.head;
  }

  /** Yields all chunks from the offset `from` on, which must be within `head`. */
  async *chunks(from = 0): AsyncGenerator<Uint8Array> {
    const head = this.head.subarray(from);
    this.head = Buffer.alloc(0);
    if (head.length > 0) yield head;
    for (let next = await this.#source.next(); !next.done; next = await this.#source.next()) yield next.value;
  }
}
