/** Writes tables as files, and reads them as datasets. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Dataset, type OpenOptions, openDataset } from "@scratch-nn/data";
import { temporaryFolder } from "./temporary-folder.ts";

/** Writes a table, gzipped if its name says so, and returns its path. */
export function writeTable(text: string | Uint8Array, name = "train.csv", folder = temporaryFolder()): string {
  const path = join(folder, name);
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(text) : text);
  return path;
}

/** Reads a table, with all rows for training. */
export function readText(text: string | Uint8Array, options: OpenOptions = {}): Promise<Dataset> {
  return openDataset(writeTable(text), { testFraction: 0, ...options });
}

/** A header and `rows` lines. @param row the cells of row r, from 0 */
export function tableOf(header: string, rows: number, row: (r: number) => readonly (string | number)[]): string {
  return `${header}\n${Array.from({ length: rows }, (_, r) => row(r).join(",")).join("\n")}\n`;
}

/** The kind that the reader has detected for a column. */
export function kindOf(dataset: Dataset, name: string): string | undefined {
  return dataset.columns?.find((column) => column.name === name)?.kind;
}

/** The inputs of example c. */
export function inputsOf({ X, inputs }: Dataset, c: number): number[] {
  return [...X.subarray(c * inputs, (c + 1) * inputs)];
}
