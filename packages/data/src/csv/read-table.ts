/** Reads a whole table into memory, parsed by a pool of threads. */
import { JOB_WORKER, streamJobs } from "@scratch-nn/jobs";
import { gatherTable, type Table } from "./gather-table.ts";
import { openTable } from "./open-table.ts";
import type { OpenTable } from "./open-text.ts";
import { type ParsedBlock, parseBlock } from "./parse-text.ts";
import { type ParseRules, parseRulesOf, type TableOptions } from "./table-layout.ts";
import type { TextBlock } from "./text-block.ts";

export type { Table } from "./gather-table.ts";

/** A job for a thread of the pool. */
export interface TextJob {
  readonly text: TextBlock;
  readonly rules: ParseRules;
}

/** Bytes of text below which one thread finishes before a pool would have started. */
const WORTH_THREADS = 4 << 20;

/**
 * Reads a table.
 * @param path of the file; `-` is standard input
 * @throws InputError that names file, line and column of the first fault, the same on any number of threads
 */
export async function readTable(path: string, options: TableOptions = {}): Promise<Table> {
  const table = await openTable(path, options);
  const remarks: string[] = [];
  const parsed = parseBlocks(table, options.threads ?? 1, (remark) => remarks.push(remark));
  const read = await gatherTable(table, parsed, options);
  return { ...read, remarks: [...remarks, ...read.remarks] };
}

/**
 * Parses the blocks of a table with a pool of threads, and yields them in order. Holds two blocks a thread in memory.
 * This thread parses texts below 4 MiB.
 * @param threads number of threads, from 1
 * @param onAlone receives the reason if this thread had to do the work of the pool
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
