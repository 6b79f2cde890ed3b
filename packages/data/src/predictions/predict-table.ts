/** A table through a trained network, block by block, in bounded memory. */

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
  /** Threads to predict with, from 1; it changes nothing in the result. Default 1. */
  readonly threads?: number | undefined;
  /** Default auto. */
  readonly kernels?: KernelChoice | undefined;
  /** Whether the label column's values are wanted, too; the column by name or position, default: the model's. */
  readonly label?: { readonly column: string | undefined } | undefined;
  /** A column that names rows, by name or position. */
  readonly id?: string | undefined;
}

const SPELLING = "check the spelling";

/** Less text than this is done sooner than threads are up. */
const WORTH_THREADS = 4 << 20;

/**
 * Predicts a table's rows.
 * @yields what the network makes of each block, in the order of the rows
 * @throws InputError, from the iteration, when columns are missing, or naming the line of a row at fault
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

/** The results in order: on this thread while there is little, over a pool once there is more. */
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
  // A column that the network takes as well is read as it wants it.
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

/** The columns that hold what is to be predicted. */
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
