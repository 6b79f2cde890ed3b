/** CSV files, plain or gzipped, as datasets. */
import { DEFAULT_SEED, InputError } from "@scratch-nn/core";
import {
  allocateFeatures,
  allocateLabels,
  type Dataset,
  type OnAllocate,
  PIXEL_SCALING,
  type ReadProgress,
  range,
  requireTwoClasses,
} from "../dataset.ts";
import { inspectFile } from "../files.ts";
import { stratifiedSplit } from "../split.ts";
import { standardise } from "../standardise.ts";
import { type Layout, readLayout } from "./layout.ts";
import type { BlockResult } from "./parse-block.ts";
import { type Destination, readBlocks, type Source } from "./read-blocks.ts";
import { scanCsv } from "./scan.ts";

export interface CsvOptions {
  /** The label column, by name or by position from 1; default: see readLayout. */
  readonly label?: string | undefined;
  /** Take this many rows from the beginning. Default: all. */
  readonly examples?: number | undefined;
  /** Part of the rows to hold back where there is no test file. Default 0.2. */
  readonly testFraction?: number | undefined;
  /** Of that split. Default 1. */
  readonly seed?: number | undefined;
  /** Threads to read with, from 1. Default 1. It changes nothing in the result. */
  readonly threads?: number | undefined;
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
  readonly onAllocate?: OnAllocate | undefined;
}

export interface CsvFiles {
  readonly train: string;
  readonly test?: string | undefined;
}

/**
 * Reads CSV straight into shared memory. Files beyond a few megabytes are cut at line ends and
 * read by several threads; a file with line breaks inside quotes is read by one.
 *
 * Features that are all whole numbers from 0 to 255 stay bytes and are taken for pixels (divided
 * by 255); others become f32 and are standardised.
 * @throws InputError naming file, line and column of what is wrong; the first one, however it was read
 */
export async function readCsv(name: string, files: CsvFiles, options: CsvOptions = {}): Promise<Dataset> {
  const mostRows = options.examples ?? Number.POSITIVE_INFINITY;
  const train = await openCsv(files.train, options.label, mostRows);
  const test = files.test === undefined ? undefined : await openTest(files.test, train);
  const inputs = train.layout.names.length - 1;
  const total = train.rows + (test?.rows ?? 0);
  const labels = allocateLabels(total);
  const progress = progressOf([train, ...(test ? [test] : [])], options.onProgress);

  const readAs = async (type: "bytes" | "floats") => {
    const X = allocateFeatures(files.train, inputs, total, type, undefined, options.onAllocate);
    const place = { X, labels, classes: undefined };
    const classes = await readSource(train, place, options.threads ?? 1, progress);
    if (classes === undefined) return undefined;
    if (test === undefined) return { X, classes };
    const after = { X: X.subarray(train.rows * inputs), labels: labels.subarray(train.rows), classes };
    return (await readSource(test, after, options.threads ?? 1, progress)) && { X, classes };
  };
  const bytes =
    train.layout.looksLikeBytes && test?.layout.looksLikeBytes !== false ? await readAs("bytes") : undefined;
  const { X, classes } = bytes ?? (await readAs("floats"))!;
  requireTwoClasses(`${files.train}, column ${describeColumn(train.layout, train.layout.label)}`, classes);

  const parts = test
    ? { train: range(0, train.rows), test: range(train.rows, total) }
    : stratifiedSplit(labels, classes.length, options.testFraction ?? 0.2, options.seed ?? DEFAULT_SEED);
  const scaling = X instanceof Uint8Array ? PIXEL_SCALING : standardise(X, inputs, parts.train);
  const remarks = [
    `labels: column ${describeColumn(train.layout, train.layout.label)}`,
    X instanceof Uint8Array
      ? "features: bytes, divided by 255"
      : "features: numbers, standardised to mean 0 and deviation 1",
  ];
  if (test && options.testFraction !== undefined) {
    remarks.push(`it has a test set of its own (${test.rows} rows): --test-fraction is not used`);
  }
  if (files.test !== undefined && test === undefined) remarks.push(`${files.test} has no labels: it is not used`);
  return { name, X, labels, inputs, classes, scaling, remarks, ...parts };
}

async function openCsv(path: string, label: string | undefined, mostRows: number): Promise<Source> {
  const file = await inspectFile(path);
  // The header, where there is one, is one row more; without one, that row is left over.
  const scan = await scanCsv(file, mostRows + 1);
  const layout = await readLayout(path, scan.head, label);
  const rows = Math.min(mostRows, scan.rows - (layout.header ? 1 : 0));
  return { file, scan, layout, rows };
}

/**
 * The test file of a directory, read with the training file's layout.
 * @returns undefined when it has every column but the label's, as in a competition
 */
async function openTest(path: string, train: Source): Promise<Source | undefined> {
  const source = await openCsv(path, undefined, Number.POSITIVE_INFINITY);
  const { names, label } = train.layout;
  const found = source.layout.names;
  if (found.length === names.length) return { ...source, layout: { ...source.layout, label } };
  if (found.length === names.length - 1 && !found.includes(names[label])) return undefined;
  throw new InputError({
    where: path,
    expected: `${names.length} columns like ${train.file.path}`,
    found: `${found.length}`,
    remedy: "use two files of one layout",
  });
}

/**
 * Reads one file.
 * @returns its classes, or undefined when it was to be read as bytes and is not
 */
async function readSource(
  source: Source,
  destination: Destination,
  threads: number,
  onRows: (rows: number) => void,
): Promise<readonly string[] | undefined> {
  const results = await readBlocks(source, destination, threads, onRows);

  const fault = results.find((result) => result.fault)?.fault;
  if (results.some((result) => result.notBytes)) return undefined;
  if (fault !== undefined) {
    const column = fault.column === undefined ? "" : ` (column ${describeColumn(source.layout, fault.column - 1)})`;
    throw new InputError({
      where: [source.file.path, fault.line, fault.column].filter((part) => part !== undefined).join(":"),
      expected: fault.expected,
      found: `${fault.found}${column}`,
      remedy: "mend or delete that row",
    });
  }
  const parsed = results.reduce((sum, result) => sum + result.rows, 0);
  if (parsed !== source.rows) {
    throw new InputError({
      where: source.file.path,
      expected: `${source.rows} rows, by its line ends and quotes`,
      found: `${parsed}`,
      remedy: 'write a quote inside a field as "" and quote the whole field',
    });
  }
  return destination.classes ?? numberClasses(results, destination.labels);
}

/** Numbers the classes of all blocks, in numeric order where all are numbers, and the labels with them. */
function numberClasses(results: readonly BlockResult[], labels: Uint16Array): readonly string[] {
  const names = [...new Set(results.flatMap((result) => result.labels))];
  const numeric = names.every((name) => Number.isFinite(Number(name)));
  const classes = numeric ? names.sort((a, b) => Number(a) - Number(b)) : names.sort();
  const numbers = new Map(classes.map((name, k) => [name, k]));
  let row = 0;
  for (const { labels: ofBlock, rows } of results) {
    const renumbered = ofBlock.map((name) => numbers.get(name)!);
    for (const end = row + rows; row < end; row++) labels[row] = renumbered[labels[row]];
  }
  return classes;
}

function describeColumn(layout: Layout, column: number): string {
  return layout.header ? `"${layout.names[column]}"` : layout.names[column];
}

function progressOf(sources: readonly Source[], onProgress: CsvOptions["onProgress"]): (rows: number) => void {
  const total = sources.reduce((rows, source) => rows + source.rows, 0);
  let done = 0;
  return (rows) => {
    done = Math.min(total, done + rows);
    onProgress?.({ done, total });
  };
}
