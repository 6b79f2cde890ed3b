/** From what a user names to a dataset. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import type { Dataset, ReadProgress } from "./dataset.ts";
import { drawDigits } from "./digits/draw-digits.ts";
import { download } from "./download.ts";
import { kindOf } from "./files.ts";
import { findIdxFiles } from "./images/idx-files.ts";
import { readIdx } from "./images/read-idx.ts";
import { FASHION_MNIST, MNIST, type RemoteDataset } from "./mirrors.ts";
import { readTableDataset, type TableDatasetOptions, type TableFiles } from "./table-dataset.ts";

export interface OpenOptions extends Omit<TableDatasetOptions, "rows" | "onProgress"> {
  /** How many digits to draw, or examples to take from a file's beginning; from 1. */
  readonly examples?: number | undefined;
  /** Tried before the public mirrors. */
  readonly mirrors?: readonly string[] | undefined;
  readonly cache?: string | undefined;
  /** `what` is `reading`, `drawing` or the name of a file that is downloaded. */
  readonly onProgress?:
    | ((what: string, progress: { readonly done: number; readonly total: number | undefined }) => void)
    | undefined;
}

const REMOTE: Readonly<Record<string, RemoteDataset>> = { mnist: MNIST, "fashion-mnist": FASHION_MNIST };

/** Whether a source is one that has a name here, not a path. */
export const isSourceName = (source: string): boolean => source === "digits" || Object.hasOwn(REMOTE, source);

/** Standard input as a source. */
export const STANDARD_INPUT = "-";

/**
 * Opens `digits`, `mnist`, `fashion-mnist`, a directory of IDX files, images or tables, a table in a file, or one
 * from standard input (`-`).
 * @throws InputError saying what was looked for and what is there
 */
export async function openDataset(source: string, options: OpenOptions = {}): Promise<Dataset> {
  const tell = (what: string) => (progress: Omit<ReadProgress, "total"> & { readonly total: number | undefined }) =>
    options.onProgress?.(what, progress);
  if (source === "digits") return drawDigits({ ...options, onProgress: tell("drawing") });
  if (isSourceName(source)) {
    const folder = await download(REMOTE[source], {
      cache: options.cache,
      mirrors: options.mirrors,
      onProgress: ({ file, ...progress }) => options.onProgress?.(file, progress),
    });
    return readIdx(source, (await findIdxFiles(folder))!, options);
  }
  const tableOptions = { ...options, rows: options.examples, onProgress: tell("reading") };
  if (source === STANDARD_INPUT) return readTableDataset("standard input", { train: source }, tableOptions);
  switch (await kindOf(source)) {
    case "file":
      return readTableDataset(source, { train: requireTable(source) }, tableOptions);
    case "directory": {
      const idx = await findIdxFiles(source);
      if (idx !== undefined) return readIdx(source, idx, options);
      return readTableDataset(source, await findTables(source), tableOptions);
    }
    default:
      throw new InputError({
        where: "--data",
        expected: `${["digits", ...Object.keys(REMOTE)].join(", ")}, - for standard input, or the path of a directory or a CSV file`,
        found: `${JSON.stringify(source)}, where nothing is`,
        remedy: "check the path",
      });
  }
}

/** Whether a source is one table: a file that is not one of IDX, or standard input. */
export async function isTableSource(source: string): Promise<boolean> {
  if (source === STANDARD_INPUT) return true;
  return !isSourceName(source) && !IDX_NAME.test(source) && (await kindOf(source)) === "file";
}

const IDX_NAME = /-ubyte(\.gz)?$/;
const TABLE_NAME = /\.(csv|tsv|txt)(\.gz)?$/i;

/** A single IDX file is half a dataset; anything else is read as a table, whatever it is called. */
function requireTable(path: string): string {
  if (!IDX_NAME.test(path)) return path;
  throw new InputError({
    where: "--data",
    expected: "the directory that holds images and labels",
    found: `${path}, one file of them`,
    remedy: "pass the directory",
  });
}

/** Finds train.csv and test.csv (also mnist_train.csv, train.tsv and the like), plain or gzipped, or the only table. */
async function findTables(directory: string): Promise<TableFiles> {
  const names = (await readdir(directory)).filter((name) => TABLE_NAME.test(name)).sort();
  const find = (part: string): string | undefined =>
    names.find((name) => new RegExp(`(^|[-_.])${part}\\.(csv|tsv|txt)(\\.gz)?$`, "i").test(name));
  const train = find("train") ?? (names.length === 1 ? names[0] : undefined);
  if (train !== undefined) {
    const test = find("test");
    return { train: join(directory, train), test: test && join(directory, test) };
  }
  throw new InputError({
    where: directory,
    expected: "MNIST's IDX files (train-images-idx3-ubyte, plain or .gz, ...) or train.csv",
    found: names.length === 0 ? "neither" : `${names.length} CSV files, none of them train.csv`,
    remedy: "pass a directory that holds them, or the path of a CSV file",
  });
}
