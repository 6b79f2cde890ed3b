/** Finds the tables of a directory by the names of their files. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import type { TableFiles } from "./table-dataset.ts";

/** The tables of a directory. */
export interface DirectoryTables {
  readonly directory: string;
  /** The names of all files that have names of tables, sorted. */
  readonly names: readonly string[];
  /** The name of the table to train on: train.csv (or mnist_train.csv, train.tsv and the like), or the only table. */
  readonly train: string | undefined;
  /** The name of the table to test on: test.csv and the like. */
  readonly test: string | undefined;
}

const TABLE_NAME = /\.(csv|tsv|txt)(\.gz)?$/i;

/** Lists the tables of a directory, plain or gzipped. The only table is `train` and `test` if its name ends in test. */
export async function findTables(directory: string): Promise<DirectoryTables> {
  const names = (await readdir(directory)).filter((name) => TABLE_NAME.test(name)).sort();
  const find = (part: string): string | undefined =>
    names.find((name) => new RegExp(`(^|[-_.])${part}\\.(csv|tsv|txt)(\\.gz)?$`, "i").test(name));
  const train = find("train") ?? (names.length === 1 ? names[0] : undefined);
  return { directory, names, train, test: find("test") };
}

/**
 * Returns the paths of the tables to read.
 * @throws InputError if the only table is one to test on: its rows must not be trained on as well
 */
export function tableFilesOf({ directory, train, test }: DirectoryTables): TableFiles {
  if (train === test) {
    throw new InputError({
      where: directory,
      expected: "a table to train on (train.csv)",
      found: `only one to test on (${test})`,
      remedy: `put the other one beside it, or pass the path of ${test} to train on a part of its rows`,
    });
  }
  return { train: join(directory, train!), test: test && join(directory, test) };
}

/** Tells which tables of the directory are not read, if there are any. */
export function remarksOnOthers({ names, train, test }: DirectoryTables): readonly string[] {
  const others = names.filter((name) => name !== train && name !== test);
  if (others.length === 0) return [];
  const shown = others.length <= 5 ? others.join(", ") : `${others.slice(0, 5).join(", ")}, ...`;
  return [`not read: ${shown} beside ${train}`];
}
