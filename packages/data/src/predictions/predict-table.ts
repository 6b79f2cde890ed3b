/** Predicts a table with a trained network, block by block, in bounded memory. */

import { randomUUID } from "node:crypto";
import { decodeModel, InputError, type KernelChoice, type Model } from "@scratch-nn/core";
import { chooseKernels, excerpt } from "@scratch-nn/core/engine";
import { JOB_WORKER, streamJobs } from "@scratch-nn/jobs";
import { type BoundColumns, bindColumns, requireOneLabel, wantedColumns } from "../columns/bind-columns.ts";
import { abridge, severalOfThatName } from "../columns/choose-label.ts";
import { findColumn } from "../columns/find-name.ts";
import type { OpenTable } from "../csv/open-text.ts";
import type { TableLayout } from "../csv/table-layout.ts";
import type { TextBlock } from "../csv/text-block.ts";
import {
  type BlockPredictions,
  keepModel,
  type ModelSource,
  type PredictionJob,
  type PredictionResult,
  type PredictionTask,
  predictBlock,
} from "./predict-block.ts";

export interface PredictTableOptions {
  /** Number of threads, from 1; the result does not depend on it. Default 1. */
  readonly threads?: number | undefined;
  /** Default auto. */
  readonly kernels?: KernelChoice | undefined;
  /** Given if labels are wanted, too. `column` is the label column by name or position; default: the model's. */
  readonly label?: { readonly column: string | undefined } | undefined;
  /** The column that identifies rows, by name or position. */
  readonly id?: string | undefined;
}

const SPELLING = "check the spelling";

/** Bytes of text below which one thread finishes before a pool would have started. */
const WORTH_THREADS = 4 << 20;

/**
 * Predicts a table's rows.
 * @yields the predictions of each block, in the order of the rows
 * @throws InputError during iteration if columns are missing, or a row is at fault (the error names its line)
 */
export async function* predictTable(
  table: OpenTable,
  file: ModelSource,
  options: PredictTableOptions = {},
): AsyncGenerator<BlockPredictions> {
  const model = file.model ?? decodeModel(file.bytes, file.where);
  const task = planTask(table, model, file.bytes, options);
  keepModel(task.model.key, model);
  for await (const result of results(table, task, options.threads ?? 1)) {
    if ("fault" in result) throw new InputError(result.fault);
    yield result.predictions;
  }
}

/** Yields results in order. This thread predicts the first 4 MiB (all if `threads` is 1), a pool the rest. */
async function* results(table: OpenTable, task: PredictionTask, threads: number): AsyncGenerator<PredictionResult> {
  const blocks = table.blocks();
  let bytes = 0;
  while (bytes < WORTH_THREADS || threads === 1) {
    const { value: block, done } = await blocks.next();
    if (done) return;
    bytes += block.bytes.length;
    const result = await predictBlock({ task, block });
    table.recycle(block);
    yield result;
  }
  const sent: TextBlock[] = [];
  async function* jobs(): AsyncGenerator<PredictionJob> {
    for await (const block of blocks) {
      sent.push(block);
      yield { task, block };
    }
  }
  const results = streamJobs<PredictionJob, PredictionResult>(
    {
      makeWorker: (pool) =>
        new pool.Worker(import.meta.url.endsWith(".ts") ? "./predict-worker.ts" : "./predict-worker.js", JOB_WORKER),
      here: predictBlock,
    },
    jobs(),
    threads,
  );
  for await (const result of results) {
    table.recycle(sent.shift()!);
    yield result;
  }
}

function planTask(table: OpenTable, model: Model, bytes: Uint8Array, options: PredictTableOptions): PredictionTask {
  const { where, layout } = table;
  const wanted = wantedColumns(model);
  const bound = bindColumns(where, layout, wanted);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  const labels = options.label && requireLabels(table, options.label.column, bound, wanted.labels);
  const id = options.id === undefined ? undefined : findColumn("--id", where, layout, options.id, SPELLING);
  // The network or the labels need parsed values, so a column that they use is not kept verbatim.
  const isRead = id !== undefined && (labels?.includes(id) || bound.places.includes(id));
  const verbatim = isRead ? undefined : id;
  return {
    where,
    layout: { ...layout, verbatim },
    model: { key: randomUUID(), bytes: shared },
    kernels: chooseKernels(options.kernels).name,
    places: bound.places,
    labels,
    id,
  };
}

/** Returns the label columns. @throws InputError if they cannot be found */
function requireLabels(
  { where, layout }: OpenTable,
  wanted: string | undefined,
  bound: BoundColumns,
  names: readonly string[],
): readonly number[] {
  if (wanted !== undefined && names.length > 1) {
    throw new InputError({
      where: "--label",
      expected: `none, as the model has several: ${abridge(names)}`,
      found: excerpt(wanted),
      remedy: "leave it out, and name the table's columns like those",
    });
  }
  if (wanted !== undefined) return [findLabel(where, layout, wanted)];
  requireOneLabel(where, layout, bound);
  if (bound.labels !== undefined) return bound.labels;
  throw new InputError({
    where,
    expected: "a column with the label, to compare predictions with",
    found: `${layout.names.length} columns, ${names.length > 1 ? `not all of ${abridge(names)}` : "none of the label's name"}`,
    remedy: "name it with --label, or use predict",
  });
}

function findLabel(where: string, layout: TableLayout, wanted: string): number {
  const same = layout.originalNames.flatMap((name, column) => (name === wanted ? [column] : []));
  if (layout.hasHeader && same.length > 1) throw severalOfThatName(where, wanted, same);
  return findColumn("--label", where, layout, wanted, SPELLING);
}
