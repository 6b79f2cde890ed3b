/** Finds the tables of a directory by the names of their files. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { namesOf } from "../images/find-image-folder.ts";
import type { ImagesBeside } from "../images/images-beside.ts";
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

/** Whether a table is a .txt, which beside class folders is a list of names or a licence rather than a table. */
export const isText = (name: string): boolean => /\.txt(\.gz)?$/i.test(name);

/** @throws InputError if the directory also holds images in a folder per class: which of the two is meant is not clear */
export function requireNoClasses({ directory, names, train }: DirectoryTables, { folders, areClasses }: ImagesBeside) {
  if (!areClasses) return;
  throw new InputError({
    where: directory,
    expected: "either tables or images in a folder per class",
    found: `both: ${listed(names)} and the folders ${namesOf(folders)}, which hold images`,
    remedy: `pass the path of ${train} to train on the table, or move ${names.length === 1 ? "it" : "the tables"} away to train on the images`,
  });
}

/** Tells which tables and images beside the tables to read are not read. */
export function remarksOnOthers({ names, train, test }: DirectoryTables, images: ImagesBeside): readonly string[] {
  const others = names.filter((name) => name !== train && name !== test);
  const folders = images.folders.length > 0 ? [`the images in ${namesOf(images.folders)}`] : [];
  const loose = images.loose.length > 0 ? [`images (${namesOf(images.loose)})`] : [];
  const unread = [...(others.length > 0 ? [listed(others)] : []), ...folders, ...loose];
  return unread.length === 0 ? [] : [`not read: ${unread.join(", ")} beside ${train}`];
}

/** Tells which tables are not read, where images are. */
export function remarksOnUnread({ names }: DirectoryTables): readonly string[] {
  return names.length === 0 ? [] : [`not read: ${listed(names)} beside the folders of images`];
}

/** Formats the first five names. */
function listed(names: readonly string[]): string {
  return names.length <= 5 ? names.join(", ") : `${names.slice(0, 5).join(", ")}, ...`;
}
