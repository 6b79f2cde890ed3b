/** Predicts the rows of one block of a table with a trained network, on any thread. */
import {
  decodeModel,
  InputError,
  type InputFault,
  type Model,
  predictModel,
  type RowEncoder,
  rowEncoder,
  taskOf,
} from "@scratch-nn/core";
import { excerpt, type KernelName, levelOf, readOutputs } from "@scratch-nn/core/engine";
import { BlockColumns } from "../columns/block-columns.ts";
import { blockEncoder } from "../columns/encode-rows.ts";
import { targetOf, wrongTarget } from "../columns/read-targets.ts";
import { type LevelCounts, levelCounter } from "../columns/unknown-levels.ts";
import type { CellBlock } from "../csv/cell-block.ts";
import { type CsvFault, tableFault } from "../csv/fault.ts";
import { type ParsedBlock, parseBlock } from "../csv/parse-text.ts";
import type { TableLayout } from "../csv/table-layout.ts";
import { TableTally } from "../csv/tally.ts";
import type { TextBlock } from "../csv/text-block.ts";

/** The file of a trained network. */
export interface ModelSource {
  readonly bytes: Uint8Array;
  /** The name of the file in errors. */
  readonly where: string;
  /** The decoded model, if the caller has it: decoding a large one is slow. */
  readonly model?: Model | undefined;
}

/** A trained network in the form that threads receive: its file, in shared memory. */
export interface SharedModel {
  /** Identifies the model, so that a thread decodes it once. */
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** How to predict a table: the same for all its blocks. Plain data, so that it can be sent to threads. */
export interface PredictionTask {
  /** The name of the table in errors. */
  readonly where: string;
  readonly layout: TableLayout;
  readonly model: SharedModel;
  readonly kernels: KernelName;
  /** For each of preprocessing.columns, the index of the table's column. */
  readonly places: readonly number[];
  /** The columns of the labels, if they are wanted; `id` is the column that identifies rows. */
  readonly labels: readonly number[] | undefined;
  readonly id: number | undefined;
}

export interface PredictionJob {
  readonly task: PredictionTask;
  readonly block: TextBlock;
}

/** The predictions for the rows of a block. */
export interface BlockPredictions {
  readonly rows: number;
  /** Classes: the most likely class of each row, [rows]. Labels: 1 if predicted, else 0, [labels, rows]. */
  readonly predicted: Uint16Array;
  /** [classes, rows] or [labels, rows], one row of the table after another; empty for quantities. */
  readonly probabilities: Float32Array;
  /** Quantities in their original units, [quantities, rows]; empty for other tasks. */
  readonly values: Float64Array;
  /** The true class of each row, NO_LABEL if missing, [rows]. Undefined if no label is wanted, or for other tasks. */
  readonly labels: Int32Array | undefined;
  /** True labels as 1 and 0, or quantities, NaN if missing, [outputs, rows]; undefined for classes or if not wanted. */
  readonly targets: Float64Array | undefined;
  /** The text of each row's id. */
  readonly ids: readonly string[] | undefined;
  /** The number of skipped lines: comments and repeated headers. */
  readonly skipped: number;
  /** The known and unknown levels of the columns, for UnknownLevels; undefined if the data are no table. */
  readonly levels?: readonly LevelCounts[] | undefined;
}

/** A fault is plain data, because errors lose their class between threads. */
export type PredictionResult = { readonly predictions: BlockPredictions } | { readonly fault: InputFault };

export const NO_LABEL = -1;

interface ReadyModel extends Model {
  readonly encoder: RowEncoder;
  readonly classNumbers: ReadonlyMap<string, number>;
  readonly countLevels: ReturnType<typeof levelCounter>;
}

/** Caches the model of the last job: all jobs of a table have the same model. */
let last: { readonly key: string; readonly model: ReadyModel } | undefined;

function readyModel({ key, bytes }: SharedModel): ReadyModel {
  return last?.key === key ? last.model : keepModel(key, decodeModel(bytes));
}

/** Caches a decoded model for the jobs of this thread. */
export function keepModel(key: string, model: Model): ReadyModel {
  const classNumbers = new Map(model.classes.map((name, k) => [levelOf(name), k]));
  const { preprocessing } = model;
  const encoder = rowEncoder(preprocessing);
  last = { key, model: { ...model, encoder, classNumbers, countLevels: levelCounter(preprocessing) } };
  return last.model;
}

/** Parses, encodes and predicts a block. Never throws for the content of the text: that is returned as a fault. */
export async function predictBlock({ task, block }: PredictionJob): Promise<PredictionResult> {
  const parsed = await parseBlock(block, task.layout);
  const fault = "fault" in parsed ? parsed.fault : faultOfColumns(task, parsed);
  if ("fault" in parsed || fault !== undefined) return { fault: tableFault(task.where, task.layout, fault!).fault };
  try {
    const { comments, repeatedHeaders } = parsed.notes;
    return { predictions: { ...predictRows(task, parsed.block), skipped: comments + repeatedHeaders } };
  } catch (error) {
    if (error instanceof InputError) return { fault: error.fault };
    throw error;
  }
}

/** Returns the fault of an ambiguous number in a column that the network or the labels use. */
function faultOfColumns({ layout, places, labels, model }: PredictionTask, parsed: Parsed): CsvFault | undefined {
  if (parsed.notes.marks.length + parsed.notes.formatted.length === 0) return undefined;
  const areNumbers = taskOf(readyModel(model)).kind === "quantities";
  const matter = new Set([...places, ...(areNumbers ? (labels ?? []) : [])]);
  const tally = new TableTally(
    layout,
    layout.names.filter((_, column) => !matter.has(column)),
  );
  tally.add(parsed.block, parsed.notes);
  return tally.fault();
}

type Parsed = Extract<ParsedBlock, { readonly block: CellBlock }>;

function predictRows(task: PredictionTask, block: CellBlock): Omit<BlockPredictions, "skipped"> {
  const model = readyModel(task.model);
  const { rows } = block;
  if (rows === 0) return NO_ROWS;
  const { outputs, classes } = predictModel(model, encodeBlock(task, block, model), {
    scale: model.encoder.scale,
    kernels: task.kernels,
  });
  const { kind } = taskOf(model);
  const { indices, probabilities, values } = readOutputs(taskOf(model), model.network, outputs, classes);
  const wanted = task.labels;
  return {
    rows,
    predicted: indices,
    probabilities,
    values,
    labels: wanted === undefined || kind !== "classes" ? undefined : labelsOf(task, block, wanted[0], model),
    targets: wanted === undefined || kind === "classes" ? undefined : targetsOf(task, block, wanted, model),
    ids: task.id === undefined ? undefined : idsOf(block, task.id),
    levels: model.countLevels(block, task.places),
  };
}

const NO_ROWS: Omit<BlockPredictions, "skipped"> = {
  rows: 0,
  predicted: new Uint16Array(0),
  probabilities: new Float32Array(0),
  values: new Float64Array(0),
  labels: undefined,
  targets: undefined,
  ids: undefined,
};

/** [inputs, rows] */
function encodeBlock({ where, places }: PredictionTask, block: CellBlock, model: ReadyModel): Float32Array {
  const { inputs } = model.encoder;
  const X = new Float32Array(inputs * block.rows);
  const write = blockEncoder(block, places, model.encoder, X, where);
  for (let row = 0; row < block.rows; row++) write(row, row * inputs);
  return X;
}

function labelsOf(task: PredictionTask, block: CellBlock, column: number, model: ReadyModel): Int32Array {
  const reader = new BlockColumns(block, [column]);
  return Int32Array.from({ length: block.rows }, (_, row) => {
    const cell = reader.cell(row, 0);
    if (cell === undefined) return NO_LABEL;
    // levelOf returns a word as it is, but is slow to check that a long one is no number.
    const level = typeof cell === "string" ? cell : levelOf(cell);
    const label = model.classNumbers.get(level);
    if (label !== undefined) return label;
    throw new InputError({
      where: `${task.where}:${block.lines[row]}:${column + 1}`,
      expected: `a class of the model (${model.classes.slice(0, 10).map(excerpt).join(", ")}${model.classes.length > 10 ? ", ..." : ""})`,
      found: excerpt(level),
      remedy: "mend or delete that row, or check --label",
    });
  });
}

/** [columns, rows]; NaN if missing. */
function targetsOf(
  task: PredictionTask,
  block: CellBlock,
  columns: readonly number[],
  model: ReadyModel,
): Float64Array {
  const reader = new BlockColumns(block, columns);
  const kind = taskOf(model).kind === "labels" ? "labels" : "quantity";
  const targets = new Float64Array(columns.length * block.rows);
  for (let row = 0; row < block.rows; row++) {
    for (const [i, column] of columns.entries()) {
      const cell = reader.cell(row, i);
      const target = cell === undefined ? Number.NaN : targetOf(cell, kind);
      if (target === undefined) {
        const where = `${task.where}:${block.lines[row]}`;
        throw wrongTarget(where, { column, name: task.layout.names[column] }, String(cell), kind, "check --label");
      }
      targets[row * columns.length + i] = target;
    }
  }
  return targets;
}

function idsOf(block: CellBlock, column: number): string[] {
  const reader = new BlockColumns(block, [column]);
  return Array.from({ length: block.rows }, (_, row) => {
    const cell = reader.cell(row, 0);
    return cell === undefined ? "" : String(cell);
  });
}
