/** Opens a dataset from the name or path that a user gives. */
import { InputError } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import { requireNoTableWishes } from "../columns/no-table.ts";
import type { Dataset, ReadProgress } from "../dataset/dataset.ts";
import { drawDigits } from "../digits/draw-digits.ts";
import { download } from "../download/download.ts";
import { FASHION_MNIST, MNIST, type RemoteDataset } from "../download/mirrors.ts";
import { findImageFolder } from "../images/find-image-folder.ts";
import { findIdxFiles } from "../images/idx-files.ts";
import { imagesBeside } from "../images/images-beside.ts";
import { readIdx } from "../images/read-idx.ts";
import { readImageFolder } from "../images/read-image-folder.ts";
import { kindOf } from "../sources/files.ts";
import { findTables, isText, remarksOnOthers, remarksOnUnread, requireNoClasses, tableFilesOf } from "./find-tables.ts";
import { readTableDataset, type TableDatasetOptions } from "./table-dataset.ts";

export interface OpenOptions extends Omit<TableDatasetOptions, "rows" | "onProgress"> {
  /** How many digits to draw, or how many examples to take from the start of a file; from 1. */
  readonly examples?: number | undefined;
  /** URLs to try before the public mirrors. */
  readonly mirrors?: readonly string[] | undefined;
  readonly cache?: string | undefined;
  /** Receives progress; `what` is `reading`, `drawing` or the name of a file being downloaded. */
  readonly onProgress?:
    | ((what: string, progress: { readonly done: number; readonly total: number | undefined }) => void)
    | undefined;
}

const REMOTE: Readonly<Record<string, RemoteDataset>> = { mnist: MNIST, "fashion-mnist": FASHION_MNIST };

/** Whether a source is a built-in name: `digits`, `mnist` or `fashion-mnist`. */
export const isSourceName = (source: string): boolean => source === "digits" || Object.hasOwn(REMOTE, source);

/** The source name of standard input. */
export const STANDARD_INPUT = "-";

/**
 * Opens `digits`, `mnist`, `fashion-mnist`, a directory of IDX files, images or tables, a table in a file, or a table
 * on standard input (`-`).
 * @throws InputError that says what was expected and what was found
 */
export async function openDataset(source: string, options: OpenOptions = {}): Promise<Dataset> {
  const tell = (what: string) => (progress: Omit<ReadProgress, "total"> & { readonly total: number | undefined }) =>
    options.onProgress?.(what, progress);
  if (isSourceName(source)) requireNoTableWishes(`${source}, which are images`, options);
  if (source === "digits") return drawDigits({ ...options, onProgress: tell("drawing") });
  if (isSourceName(source)) {
    const damaged: string[] = [];
    const folder = await download(REMOTE[source], {
      cache: options.cache,
      mirrors: options.mirrors,
      signal: options.signal,
      onProgress: ({ file, ...progress }) => options.onProgress?.(file, progress),
      onDamage: (what) => damaged.push(what),
    });
    const dataset = await readIdx(source, (await findIdxFiles(folder))!, options);
    return { ...dataset, remarks: [...damaged, ...dataset.remarks] };
  }
  const tableOptions = { ...options, rows: options.examples, onProgress: tell("reading") };
  if (source === STANDARD_INPUT) return readTableDataset("standard input", { train: source }, tableOptions);
  // IDX files come first: a common prefix of their names is a valid source, though no file has that path.
  const idx = await findIdxFiles(source);
  if (idx !== undefined) {
    requireNoTableWishes(`${source}, which holds IDX files`, options);
    return readIdx(source, idx, options);
  }
  switch (await kindOf(source)) {
    case "file":
      return readTableDataset(source, { train: source }, tableOptions);
    case "directory":
      return openDirectory(source, tableOptions);
    default:
      throw new InputError({
        where: "--data",
        expected: `${["digits", ...Object.keys(REMOTE)].join(", ")}, - for standard input, or the path of a directory or a CSV file`,
        found: `${excerpt(source)}, where nothing is`,
        remedy: "check the path",
      });
  }
}

async function openDirectory(directory: string, options: TableDatasetOptions): Promise<Dataset> {
  const tables = await findTables(directory);
  const beside = tables.train === undefined ? undefined : await imagesBeside(directory);
  if (beside !== undefined && !(beside.areClasses && isText(tables.train!))) {
    requireNoClasses(tables, beside);
    const dataset = await readTableDataset(directory, tableFilesOf(tables), options);
    return { ...dataset, remarks: [...remarksOnOthers(tables, beside), ...dataset.remarks] };
  }
  const { rows: examples, onProgress, ...others } = options;
  const images = await findImageFolder(directory);
  if (images !== undefined) {
    requireNoTableWishes(`${directory}, which holds images`, others);
    const dataset = await readImageFolder(directory, images, { ...others, examples });
    return { ...dataset, remarks: [...remarksOnUnread(tables), ...dataset.remarks] };
  }
  throw new InputError({
    where: directory,
    expected:
      "MNIST's IDX files (train-images-idx3-ubyte, plain or .gz, ...), train.csv, or a folder of PNG or JPEG files for each class",
    found: tables.names.length === 0 ? "none of them" : `${tables.names.length} CSV files, none of them train.csv`,
    remedy: "pass a directory that holds them, or the path of a CSV file",
  });
}
