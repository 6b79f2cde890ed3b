/** Reads datasets from table files. */
import { readTable } from "../csv/read-table.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { type TableDatasetOptions, tableDataset } from "./encode-tables.ts";

export interface TableFiles {
  readonly train: string;
  readonly test?: string | undefined;
}

export type { TableDatasetOptions } from "./encode-tables.ts";

/**
 * Reads one table, or one to train on and one to test on. See {@link tableDataset}.
 * @param name of the dataset in reports
 * @throws InputError that names the file, line and column, or the flag, at fault
 */
export async function readTableDataset(
  name: string,
  files: TableFiles,
  options: TableDatasetOptions,
): Promise<Dataset> {
  const train = await readTable(files.train, options);
  const { test } = files;
  const readTest = test === undefined ? undefined : () => readTable(test, { ...options, rows: undefined });
  return tableDataset(name, train, readTest, options);
}
