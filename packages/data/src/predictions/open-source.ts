/** Opens a source of rows to predict: a table, images, or a built-in dataset. */
import { decodeModel, type KernelChoice, type Model } from "@scratch-nn/core";
import { bindColumns, wantedColumns } from "../columns/bind-columns.ts";
import { requireNoTableWishes } from "../columns/no-table.ts";
import { openTable } from "../csv/open-table.ts";
import type { OpenTable } from "../csv/open-text.ts";
import type { TableOptions } from "../csv/table-layout.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { readRawImages } from "../images/raw-images.ts";
import { isSourceName, openDataset, STANDARD_INPUT } from "../open/open-dataset.ts";
import { remarksOnRange } from "./pixel-range.ts";
import type { BlockPredictions, ModelSource } from "./predict-block.ts";
import { type ImageRows, predictImages } from "./predict-images.ts";
import { predictTable } from "./predict-table.ts";

export interface PredictSourceOptions extends TableOptions {
  readonly kernels?: KernelChoice | undefined;
  /** Given if labels are wanted, too. `column` names a table's label column or its position; default: the model's. */
  readonly label?: { readonly column: string | undefined } | undefined;
  /** The column of a table that identifies rows, by name or position. */
  readonly id?: string | undefined;
  /** URLs to try before the public mirrors. */
  readonly mirrors?: readonly string[] | undefined;
}

/** A source of predictions, open for reading. */
export interface PredictionSource {
  /** The name of the source in messages. */
  readonly where: string;
  readonly remarks: readonly string[];
  /** The predictions in the order of the rows. Can be iterated once. */
  readonly blocks: AsyncGenerator<BlockPredictions>;
  close(): Promise<void>;
}

/**
 * Opens a source for predictions: a table in a file or on standard input, IDX files, image files, `digits`, `mnist` or
 * `fashion-mnist`. Built-in datasets with a test part yield only that part.
 * @throws InputError if the model is invalid or the source does not match it
 */
export async function predictSource(
  source: string,
  file: ModelSource,
  options: PredictSourceOptions = {},
): Promise<PredictionSource> {
  const model = file.model ?? decodeModel(file.bytes, file.where);
  const decoded = { ...file, model };
  const inputs = model.preprocessing.columns.length;
  const images = source === STANDARD_INPUT ? undefined : await findImages(source, inputs, options);
  if (images !== undefined) {
    const { delimiter, encoding, header } = options;
    // Image files have names, which serve as ids: --id is allowed.
    const id = images.ids === undefined ? options.id : undefined;
    requireNoTableWishes(`${images.where}, which are images`, {
      label: options.label?.column,
      id,
      delimiter,
      encoding,
      header,
    });
    const blocks = predictImages(images, decoded, {
      kernels: options.kernels,
      needsLabels: options.label !== undefined,
    });
    const remarks = [...images.remarks, ...remarksOnRange(images, model.preprocessing)];
    return { where: images.where, remarks, blocks, close: async () => {} };
  }
  const table = await openTable(source, options);
  const { where } = table;
  const remarks = [...table.remarks, ...(await boundRemarks(table, model))];
  return { where, remarks, blocks: predictTable(table, decoded, options), close: () => table.close() };
}

/** @throws InputError if the table lacks columns of the model; the table is then closed */
async function boundRemarks(table: OpenTable, model: Model): Promise<readonly string[]> {
  try {
    return bindColumns(table.where, table.layout, wantedColumns(model)).remarks;
  } catch (error) {
    await table.close();
    throw error;
  }
}

type FoundImages = ImageRows & { readonly remarks: readonly string[] };

async function findImages(
  source: string,
  inputs: number,
  options: PredictSourceOptions,
): Promise<FoundImages | undefined> {
  const { mirrors, signal } = options;
  if (isSourceName(source)) return imagesOf(await openDataset(source, { mirrors, signal, testFraction: 0 }));
  const raw = await readRawImages(source, { inputs });
  return raw && { where: source, ...raw };
}

/** Returns the test part of a dataset, or all of it if there is no test part. */
function imagesOf({ name, X, labels, inputs, classes, train, test, remarks }: Dataset): FoundImages {
  const isTest = test.length > 0;
  const columns = isTest ? test : train;
  const [first, end] = [columns[0], columns[columns.length - 1] + 1];
  return {
    where: isTest ? `${name}, its test examples` : name,
    X: X.subarray(first * inputs, end * inputs),
    inputs,
    count: end - first,
    labels: Array.from(labels.subarray(first, end), (label) => classes[label]),
    ids: undefined,
    remarks,
  };
}
