/** A whole table in memory, parsed by as many threads as wanted. */
import { JOB_WORKER, streamJobs } from "@scratch-nn/jobs";
import { bytesOf, type CellBlock } from "./cell-block.ts";
import { tableFault } from "./fault.ts";
import { type OpenTable, openTable } from "./open-table.ts";
import { type ParsedBlock, parseBlock } from "./parse-text.ts";
import { type ParseRules, parseRulesOf, type TableLayout, type TableOptions } from "./table-layout.ts";
import { TableTally } from "./tally.ts";
import type { TextBlock } from "./text-block.ts";

export interface Table {
  readonly where: string;
  readonly layout: TableLayout;
  readonly rows: number;
  /** In the order of the file. */
  readonly blocks: readonly CellBlock[];
  /** What was decided about it, a line each. */
  readonly remarks: readonly string[];
}

/** A block for a thread of the pool. */
export interface TextJob {
  readonly text: TextBlock;
  readonly rules: ParseRules;
}

/** Less text than this is parsed sooner than threads are up. */
const WORTH_THREADS = 4 << 20;

/**
 * Reads a table.
 * @param path `-` is standard input
 * @throws InputError naming file, line and column of what is wrong: the first fault, on any number of threads
 */
export async function readTable(path: string, options: TableOptions = {}): Promise<Table> {
  const table = await openTable(path, options);
  const { where, layout } = table;
  const tally = new TableTally(layout, options.exempt);
  const blocks: CellBlock[] = [];
  const remarks: string[] = [];
  try {
    let bytes = 0;
    for await (const parsed of parseBlocks(table, options.threads ?? 1, (remark) => remarks.push(remark))) {
      if ("fault" in parsed) throw tableFault(where, layout, parsed.fault);
      tally.add(parsed.block, parsed.notes);
      blocks.push(parsed.block);
      bytes += bytesOf(parsed.block);
      options.onGrow?.(bytes);
    }
  } finally {
    await table.close();
  }
  const fault = tally.fault();
  if (fault !== undefined) throw tableFault(where, layout, fault);
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  return { where, layout, rows, blocks, remarks: [...remarks, ...table.remarks, ...tally.remarks(table.comments)] };
}

/**
 * The blocks of a table parsed by a pool of threads, in their order, two a thread in memory. A little text is parsed on
 * this thread.
 * @param threads from 1
 * @param onAlone told why, where this thread did what they were for
 */
export async function* parseBlocks(
  table: Pick<OpenTable, "layout" | "blocks" | "recycle">,
  threads: number,
  onAlone?: (remark: string) => void,
): AsyncGenerator<ParsedBlock> {
  const rules = parseRulesOf(table.layout);
  const source = table.blocks();
  const first: TextBlock[] = [];
  let bytes = 0;
  let ended = false;
  while (bytes < WORTH_THREADS && !ended) {
    const next = await source.next();
    if (next.done) ended = true;
    else bytes += first[first.push(next.value) - 1].bytes.length;
  }
  if (ended) {
    for (const text of first) yield parseBlock(text, rules);
    return;
  }
  const texts: TextBlock[] = [];
  async function* jobs(): AsyncGenerator<TextJob> {
    for (const text of first.splice(0)) yield jobOf(text);
    for (let next = await source.next(); !next.done; next = await source.next()) yield jobOf(next.value);
  }
  const jobOf = (text: TextBlock): TextJob => {
    texts.push(text);
    return { text, rules };
  };
  const parsed = streamJobs<TextJob, ParsedBlock>(
    {
      makeWorker: (pool) =>
        new pool.Worker(import.meta.url.endsWith(".ts") ? "./table-worker.ts" : "./table-worker.js", JOB_WORKER),
      here: ({ text, rules }) => parseBlock(text, rules),
      ...(onAlone === undefined ? {} : { onAlone }),
    },
    jobs(),
    threads,
  );
  for await (const block of parsed) {
    table.recycle(texts.shift()!);
    yield block;
  }
}
