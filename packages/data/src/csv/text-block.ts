/** Cuts a stream of UTF-8 into blocks of whole rows for threads, in one pass with one or two blocks in memory. */
import { LINE_FEED, RETURN } from "./characters.ts";
import type { CsvFault } from "./fault.ts";
import { RowScanner } from "./row-scanner.ts";
import { MOST_ROW_BYTES, type RowRules } from "./table-layout.ts";
import { openQuoteOf, unclosedFault } from "./unclosed-quote.ts";

/** Whole rows of UTF-8 text, in the form that threads receive. */
export interface TextBlock {
  /** The text, in a SharedArrayBuffer; it ends with a line end, unless it is empty. */
  readonly bytes: Uint8Array;
  /** The number of its first line, from 1. */
  readonly firstLine: number;
  /** The offset of the block in the text, in bytes of UTF-8. */
  readonly offset: number;
  /** The number of rows that the scanner counted; the parser must find as many. */
  readonly rows: number;
  /** The fault that ended the text, if there is one. */
  readonly fault?: CsvFault | undefined;
}

/** The position at which a text begins. */
export interface TextStart {
  readonly firstLine: number;
  readonly offset: number;
}

/** How to cut a text. */
export interface CutOptions {
  readonly start: TextStart;
  /** The number of rows after which to stop. */
  readonly mostRows?: number | undefined;
  readonly memory: BlockMemory;
}

/**
 * The size of a block: some 30 ms of work for the slower parser, and small enough that the faster parser's memory stays
 * in the CPU caches. A larger block holds one long row only. If short rows filled the rest of its buffer, there could
 * be 30 million of them, and a thread lacks the memory for an object each.
 */
const BLOCK_BYTES = 1 << 20;

/** Bytes to take at a time beyond the size of a block. */
const PORTION = 1 << 16;

/**
 * A free list of block buffers. The garbage collector does not see the size of shared memory, so without reuse a
 * gigabyte of it would accumulate.
 */
export class BlockMemory {
  readonly #free = new Set<ArrayBufferLike>();

  /** @param bytes the size of a block, or more for a long row */
  take(bytes: number): Uint8Array {
    const [buffer] = bytes === BLOCK_BYTES ? this.#free : [];
    if (buffer === undefined) return shared(bytes);
    this.#free.delete(buffer);
    return new Uint8Array(buffer);
  }

  give({ bytes }: TextBlock): void {
    if (bytes.buffer.byteLength === BLOCK_BYTES) this.#free.add(bytes.buffer);
  }
}

/** Cuts a text at row ends. */
export async function* cutBlocks(
  chunks: AsyncIterable<Uint8Array>,
  rules: RowRules,
  options: CutOptions,
): AsyncGenerator<TextBlock> {
  const cutter = new Cutter(rules, options);
  for await (const chunk of chunks) {
    for (let taken = 0; taken < chunk.length && !cutter.done; ) {
      if (cutter.full) {
        if (cutter.tooLong) return yield cutter.giveUp();
        const block = cutter.makeRoom();
        if (block !== undefined) yield block;
      }
      taken += cutter.take(chunk, taken);
    }
    if (cutter.done) break;
  }
  yield* cutter.end();
}

class Cutter {
  readonly #rules: RowRules;
  readonly #scanner: RowScanner;
  readonly #memory: BlockMemory;
  #buffer: Uint8Array;
  #filled = 0;
  #looked = 0;
  /** The position of the start of the buffer. */
  #firstLine: number;
  #offset: number;
  #rowsBefore = 0;

  constructor(rules: RowRules, { start: { firstLine, offset }, mostRows, memory }: CutOptions) {
    this.#rules = rules;
    this.#scanner = new RowScanner(rules, firstLine);
    this.#scanner.mostRows = mostRows ?? Number.POSITIVE_INFINITY;
    this.#memory = memory;
    this.#buffer = memory.take(BLOCK_BYTES);
    this.#firstLine = firstLine;
    this.#offset = offset;
  }

  /** Whether the wanted number of rows is reached. */
  get done(): boolean {
    return this.#scanner.cutRows >= this.#scanner.mostRows;
  }

  /** Whether the buffer is full, or holds at least a whole block of complete rows. */
  get full(): boolean {
    return this.#filled === this.#buffer.length || this.#scanner.cut >= BLOCK_BYTES;
  }

  get tooLong(): boolean {
    return this.#scanner.cut === 0 && this.#filled >= MOST_ROW_BYTES;
  }

  /** Copies as many bytes as fit, and scans them. @returns the number of bytes copied */
  take(chunk: Uint8Array, from: number): number {
    const beyond = this.#filled >= BLOCK_BYTES ? PORTION : BLOCK_BYTES - this.#filled;
    const part = chunk.subarray(from, from + Math.min(beyond, this.#buffer.length - this.#filled));
    this.#buffer.set(part, this.#filled);
    this.#filled += part.length;
    this.#looked = this.#scanner.scan(this.#buffer, this.#looked, this.#filled);
    return part.length;
  }

  /** Cuts off a block, or allocates a larger buffer if one row fills it. */
  makeRoom(): TextBlock | undefined {
    const { cut } = this.#scanner;
    const rest = this.#buffer.subarray(cut, this.#filled);
    const block = cut > 0 ? this.#cutOff() : undefined;
    this.#buffer = this.#memory.take(Math.min(MOST_ROW_BYTES, Math.max(BLOCK_BYTES, 2 * rest.length)));
    this.#buffer.set(rest);
    return block;
  }

  /** Returns the rows up to the cut as a block. */
  #cutOff(): TextBlock {
    const { cut, cutLine, cutRows } = this.#scanner;
    const block = {
      bytes: this.#buffer.subarray(0, cut),
      firstLine: this.#firstLine,
      offset: this.#offset,
      rows: cutRows - this.#rowsBefore,
    };
    this.#firstLine = cutLine;
    this.#offset += cut;
    this.#rowsBefore = cutRows;
    this.#buffer = this.#buffer.subarray(cut);
    this.#filled -= cut;
    this.#looked -= cut;
    this.#scanner.rebase(cut);
    return block;
  }

  /** Yields the last block at the end of the text or of the wanted rows. */
  *end(): Generator<TextBlock> {
    if (!this.done) {
      this.#scanner.scan(this.#buffer, this.#looked, this.#filled, true);
      if (!this.#scanner.inQuotes) this.#endLine();
    }
    if (this.#scanner.cut > 0) yield this.#cutOff();
    if (this.#scanner.inQuotes && !this.done) yield this.giveUp();
  }

  /** Appends a line end to the last row if it is missing. */
  #endLine(): void {
    const last = this.#buffer[this.#filled - 1];
    if (this.#filled > 0 && last !== LINE_FEED && last !== RETURN) {
      if (this.#filled === this.#buffer.length) {
        const larger = shared(this.#filled + 1);
        larger.set(this.#buffer);
        this.#buffer = larger;
      }
      this.#buffer[this.#filled++] = LINE_FEED;
    }
    this.#scanner.finish(this.#filled);
  }

  /** Returns an empty block with the fault that ends the text. */
  giveUp(): TextBlock {
    const { inQuotes, cutLine } = this.#scanner;
    const fault = inQuotes
      ? unclosedFault(openQuoteOf(this.#scanner, this.#buffer, this.#rules))
      : tooLongFault(cutLine);
    return { bytes: shared(0), firstLine: cutLine, offset: this.#offset, rows: 0, fault };
  }
}

export function tooLongFault(line: number): CsvFault {
  return {
    line,
    expected: `rows of at most ${MOST_ROW_BYTES} bytes`,
    found: "one that is longer",
    remedy: "check that it is CSV with line ends between rows",
  };
}

function shared(bytes: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(bytes));
}
