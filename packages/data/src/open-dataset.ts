/** From what a user names to a dataset. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { type CsvFiles, readCsv } from "./csv/read-csv.ts";
import type { Dataset, OnAllocate, ReadProgress } from "./dataset.ts";
import { drawDigits } from "./digits/draw-digits.ts";
import { download } from "./download.ts";
import { kindOf } from "./files.ts";
import { findIdxFiles } from "./images/idx-files.ts";
import { readIdx } from "./images/read-idx.ts";
import { FASHION_MNIST, MNIST, type RemoteDataset } from "./mirrors.ts";

export interface OpenOptions {
  /** How many digits to draw, or examples to take from a file's beginning; from 1. */
  readonly examples?: number | undefined;
  /** Part to hold back where the source has no test set of its own, from 0 to below 1. Default 0.2. */
  readonly testFraction?: number | undefined;
  /** The label column of CSV, by name or by position from 1. */
  readonly label?: string | undefined;
  /** Of drawn digits and of the split. Default 1. */
  readonly seed?: number | undefined;
  /** Threads to read or draw with; it changes nothing in the result. Default 1. */
  readonly threads?: number | undefined;
  /** Tried before the public mirrors. */
  readonly mirrors?: readonly string[] | undefined;
  readonly cache?: string | undefined;
  /** Told how large the dataset is, before memory for it is asked for; it may throw. */
  readonly onAllocate?: OnAllocate | undefined;
  /** `what` is `reading`, `drawing` or the name of a file that is downloaded. */
  readonly onProgress?:
    | ((what: string, progress: { readonly done: number; readonly total: number | undefined }) => void)
    | undefined;
}

const REMOTE: Readonly<Record<string, RemoteDataset>> = { mnist: MNIST, "fashion-mnist": FASHION_MNIST };

/** Whether a source is one that has a name here, not a path. */
export const isSourceName = (source: string): boolean => source === "digits" || source in REMOTE;

/**
 * Opens `digits`, `mnist`, `fashion-mnist`, a directory of IDX or CSV files, or a CSV file.
 * @throws InputError saying what was looked for and what is there
 */
export async function openDataset(source: string, options: OpenOptions = {}): Promise<Dataset> {
  const tell = (what: string) => (progress: ReadProgress) => options.onProgress?.(what, progress);
  if (source === "digits") return drawDigits({ ...options, onProgress: tell("drawing") });

  const remote = REMOTE[source];
  if (remote !== undefined) {
    const folder = await download(remote, {
      cache: options.cache,
      mirrors: options.mirrors,
      onProgress: ({ file, ...progress }) => options.onProgress?.(file, progress),
    });
    return readIdx(source, (await findIdxFiles(folder))!, options);
  }
  const csvOptions = { ...options, onProgress: tell("reading") };
  switch (await kindOf(source)) {
    case "file":
      return readCsv(source, { train: await requireCsv(source) }, csvOptions);
    case "directory": {
      const idx = await findIdxFiles(source);
      if (idx !== undefined) return readIdx(source, idx, options);
      return readCsv(source, await findCsvFiles(source), csvOptions);
    }
    default:
      throw new InputError({
        where: "--data",
        expected: `${["digits", ...Object.keys(REMOTE)].join(", ")}, or the path of a directory or a CSV file`,
        found: `${JSON.stringify(source)}, where nothing is`,
        remedy: "check the path",
      });
  }
}

const CSV_NAME = /\.csv(\.gz)?$/i;

/** A single IDX file is half a dataset; anything else is read as CSV, whatever it is called. */
async function requireCsv(path: string): Promise<string> {
  if (!/-ubyte(\.gz)?$/.test(path)) return path;
  throw new InputError({
    where: "--data",
    expected: "the directory that holds images and labels",
    found: `${path}, one file of them`,
    remedy: "pass the directory",
  });
}

/** Finds train.csv and test.csv (also mnist_train.csv and the like), plain or gzipped, or the only CSV file. */
async function findCsvFiles(directory: string): Promise<CsvFiles> {
  const names = (await readdir(directory)).filter((name) => CSV_NAME.test(name)).sort();
  const find = (part: string): string | undefined =>
    names.find((name) => new RegExp(`(^|[-_.])${part}\\.csv(\\.gz)?$`, "i").test(name));
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
