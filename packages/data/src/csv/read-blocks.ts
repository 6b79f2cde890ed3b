/** The second pass over a CSV file: its blocks, parsed by a pool of threads. */
import { type DataFile, readChunks } from "../files.ts";
import { JOB_WORKER, runJobs } from "../job-pool.ts";
import type { Layout } from "./layout.ts";
import { type BlockJob, type BlockResult, parseBlock } from "./parse-block.ts";
import type { Block, Scan } from "./scan.ts";

/** Less text than this is parsed sooner than threads are up. */
const WORTH_THREADS = 4 << 20;

/** A file that was scanned: what is in it and where. */
export interface Source {
  readonly file: DataFile;
  readonly scan: Scan;
  readonly layout: Layout;
  /** Rows of data. */
  readonly rows: number;
}

/** Where a source's rows go. */
export interface Destination {
  readonly X: Uint8Array | Float32Array;
  readonly labels: Uint16Array;
  readonly classes: readonly string[] | undefined;
}

/**
 * Reads a source's rows to their destination: a block at a time, each on any thread; with line
 * breaks inside quotes the whole file at once.
 * @returns the results in the order of the blocks; some may be missing after one at fault
 */
export async function readBlocks(
  source: Source,
  destination: Destination,
  threads: number,
  onRows: (rows: number) => void,
): Promise<readonly BlockResult[]> {
  const blocks = source.scan.quotedBreaks ? [wholeFile(source.scan)] : source.scan.blocks;
  if (blocks.reduce((bytes, block) => bytes + block.end - block.start, 0) <= WORTH_THREADS) {
    return Promise.all(blocks.map((block) => parseBlock(describeJob(source, block, destination))));
  }
  /** A block at fault makes those after it superfluous; those before it may hold an earlier fault. */
  let endAt = blocks.length;
  async function* jobs(): AsyncGenerator<BlockJob> {
    let place = 0;
    for await (const job of source.file.gzipped && !source.scan.quotedBreaks
      ? textJobs(source, blocks, destination)
      : blocks.map((block) => describeJob(source, block, destination))) {
      if (place++ >= endAt) return;
      yield job;
    }
  }
  return runJobs<BlockJob, BlockResult>(
    (pool) => new pool.Worker(import.meta.url.endsWith(".ts") ? "./block-worker.ts" : "./block-worker.js", JOB_WORKER),
    jobs(),
    Math.min(threads, blocks.length),
    (result, place) => {
      if (result.fault !== undefined || result.notBytes) endAt = Math.min(endAt, place);
      onRows(result.rows);
    },
  );
}

function describeJob(source: Source, block: Block, destination: Destination): BlockJob {
  const { file, scan, layout } = source;
  const inputs = layout.names.length - 1;
  const skip = layout.header && block.rowsBefore === 0 ? 1 : 0;
  const first = block.rowsBefore - (layout.header && block.rowsBefore > 0 ? 1 : 0);
  const rows = Math.min(block.rows - skip, source.rows - first);
  return {
    source:
      scan.quotedBreaks || file.gzipped
        ? { kind: "file", file }
        : { kind: "range", path: file.path, start: block.start, end: block.end },
    firstLine: block.firstLine,
    skip,
    rows,
    columns: layout.names.length,
    label: layout.label,
    X: destination.X.subarray(first * inputs, (first + rows) * inputs),
    labels: destination.labels.subarray(first, first + rows),
    classes: destination.classes,
  };
}

/** The jobs of a gzipped file: this thread unpacks, the pool parses. */
async function* textJobs(source: Source, blocks: readonly Block[], destination: Destination): AsyncGenerator<BlockJob> {
  let pieces: Buffer[] = [];
  let position = 0;
  let next = 0;
  for await (const chunk of readChunks(source.file)) {
    let rest: Buffer = chunk;
    while (next < blocks.length && position + rest.length >= blocks[next].end) {
      const cut = blocks[next].end - position;
      pieces.push(rest.subarray(0, cut));
      yield { ...describeJob(source, blocks[next], destination), source: { kind: "text", bytes: sharedText(pieces) } };
      pieces = [];
      rest = rest.subarray(cut);
      position += cut;
      next++;
    }
    if (next === blocks.length) return;
    pieces.push(rest);
    position += rest.length;
  }
}

/** One piece of text in memory that another thread can read without a copy. */
function sharedText(pieces: readonly Buffer[]): Uint8Array {
  const length = pieces.reduce((bytes, piece) => bytes + piece.length, 0);
  const text = new Uint8Array(new SharedArrayBuffer(length));
  let offset = 0;
  for (const piece of pieces) {
    text.set(piece, offset);
    offset += piece.length;
  }
  return text;
}

function wholeFile(scan: Scan): Block {
  return { start: 0, end: scan.blocks.at(-1)?.end ?? 0, firstLine: 1, rows: scan.rows, rowsBefore: 0 };
}
