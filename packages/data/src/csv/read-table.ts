/** A whole table in memory, parsed by as many threads as wanted. */
import { JOB_WORKER, streamJobs } from "@scratch-nn/jobs";
import { gatherTable, type Table } from "./gather-table.ts";
import { openTable } from "./open-table.ts";
import type { OpenTable } from "./open-text.ts";
import { type ParsedBlock, parseBlock } from "./parse-text.ts";
import { type ParseRules, parseRulesOf, type TableOptions } from "./table-layout.ts";
import type { TextBlock } from "./text-block.ts";

export type { Table } from "./gather-table.ts";

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
  const remarks: string[] = [];
  const parsed = parseBlocks(table, options.threads ?? 1, (remark) => remarks.push(remark));
  const read = await gatherTable(table, parsed, options);
  return { ...read, remarks: [...remarks, ...read.remarks] };
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
