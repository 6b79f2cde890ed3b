/** A block of a table through a trained network: a job for any thread. */
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
import type { CellBlock } from "../csv/cell-block.ts";
import { type CsvFault, tableFault } from "../csv/fault.ts";
import { type ParsedBlock, parseBlock } from "../csv/parse-text.ts";
import type { TableLayout } from "../csv/table-layout.ts";
import { TableTally } from "../csv/tally.ts";
import type { TextBlock } from "../csv/text-block.ts";

/** A trained network's file. */
export interface ModelSource {
  readonly bytes: Uint8Array;
  /** What to call it in errors. */
  readonly where: string;
  /** What the bytes hold, where they have been decoded before: large ones take long. */
  readonly model?: Model | undefined;
}

/** A trained network as it is handed to threads: its file, in shared memory. */
export interface SharedModel {
  /** Told apart by it, so that a thread decodes a model once. */
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** What a table is asked, the same for all its blocks. Plain data, so that it can cross threads. */
export interface PredictionTask {
  /** How the table is called in errors. */
  readonly where: string;
  readonly layout: TableLayout;
  readonly model: SharedModel;
  readonly kernels: KernelName;
  /** The table's column for each of preprocessing.columns. */
  readonly places: readonly number[];
  /** The labels' columns, whose values are wanted, and one that names rows. */
  readonly labels: readonly number[] | undefined;
  readonly id: number | undefined;
}

export interface PredictionJob {
  readonly task: PredictionTask;
  readonly block: TextBlock;
}

/** What a network makes of the rows of a block. */
export interface BlockPredictions {
  readonly rows: number;
  /** The most likely class of each row, [rows]; of labels, 1 for each that is predicted, else 0: [labels, rows]. */
  readonly predicted: Uint16Array;
  /** [classes, rows], row after row of the table; of labels likewise; none of quantities. */
  readonly probabilities: Float32Array;
  /** Quantities in their own units, [quantities, rows]; none where the task is another. */
  readonly values: Float64Array;
  /** The class of each row, NO_LABEL where it is missing: [rows]; undefined where no label is wanted, or is no class. */
  readonly labels: Int32Array | undefined;
  /** Labels as 1 and 0, or quantities, NaN where they are missing: [outputs, rows]; undefined where none are wanted. */
  readonly targets: Float64Array | undefined;
  /** The text of each row's id. */
  readonly ids: readonly string[] | undefined;
  /** Lines that are no rows: comments, and the header again. */
  readonly skipped: number;
}

/** What is wrong comes back as plain data, since errors lose their class between threads. */
export type PredictionResult = { readonly predictions: BlockPredictions } | { readonly fault: InputFault };

export const NO_LABEL = -1;

interface ReadyModel extends Model {
  readonly encoder: RowEncoder;
  readonly classNumbers: ReadonlyMap<string, number>;
}

/** The model of the last job: jobs of one table have the same. */
let last: { readonly key: string; readonly model: ReadyModel } | undefined;

function readyModel({ key, bytes }: SharedModel): ReadyModel {
  return last?.key === key ? last.model : keepModel(key, decodeModel(bytes));
}

/** Lets the jobs of this thread have a model that is decoded already. */
export function keepModel(key: string, model: Model): ReadyModel {
  const classNumbers = new Map(model.classes.map((name, k) => [levelOf(name), k]));
  last = { key, model: { ...model, encoder: rowEncoder(model.preprocessing), classNumbers } };
  return last.model;
}

/** Parses, encodes and predicts. Never throws for what stands in the text: that comes back as a fault. */
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

/** Numbers that can be read in two ways, in columns that matter. */
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
    // A word is its level, and a long one takes levelOf long to see that it is no number.
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

/** [columns, rows]; NaN where one is missing. */
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
