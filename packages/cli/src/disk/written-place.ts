/** Checks paths that a user names for output. The program may overwrite its own kind of file, never another. */
import { accessSync, closeSync, constants, openSync, readSync, realpathSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { InputError } from "@scratch-nn/core";
import { kindOf } from "./regular-file.ts";

export interface Written {
  /** The flag that names the path. */
  readonly where: string;
  /** What is written, for instance "a trace". */
  readonly what: string;
  /** A suitable file name, for the message. */
  readonly example: string;
  /** The bytes that every such file begins with. */
  readonly beginning: string;
}

/** @throws InputError where the path cannot be written, or holds another kind of file */
export function requireWrittenPlace(path: string, { where, what, example, beginning }: Written): void {
  const refuse = (expected: string, found: string, remedy: string): never => {
    throw new InputError({ where, expected, found, remedy });
  };
  if (path === "") refuse("a file to write", "nothing", `name one, ${example} say`);
  const around = dirname(resolve(path));
  if (kindOf(around) !== "folder") refuse("a file in a folder that is there", path, `make ${around} first`);
  const kind = kindOf(path);
  if (kind !== undefined && kind !== "file") {
    refuse("a file to write", `${path}, which is a ${kind}`, `name a file, ${example} say`);
  }
  if (kind === "file" && !isEmptyOrBeginsWith(path, beginning)) {
    const found = `${path}, which holds something else`;
    refuse(`a new file, or ${what} to write anew`, found, "name another one; nothing was changed");
  }
  try {
    accessSync(around, constants.W_OK);
  } catch (error) {
    const found = `${path} (${(error as Error).message})`;
    refuse("a file in a folder that can be written to", found, "name another one");
  }
}

/**
 * @returns the file's name within a folder, with the folder's symbolic links resolved; undefined where the file lies
 * elsewhere
 */
export function nameWithin(folder: string, path: string): string | undefined {
  return realFolder(dirname(resolve(path))) === realFolder(resolve(folder)) ? basename(path) : undefined;
}

/** The folder with symbolic links resolved; unchanged where it does not exist. */
export function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Whether a file begins with this text; false where it cannot be read. */
export function beginsWith(path: string, beginning: string): boolean {
  return beginningOf(path, beginning.length) === beginning;
}

function isEmptyOrBeginsWith(path: string, beginning: string): boolean {
  const found = beginningOf(path, beginning.length);
  return found === "" || found === beginning;
}

function beginningOf(path: string, length: number): string | undefined {
  try {
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const bytes = Buffer.alloc(length);
      return bytes.toString("latin1", 0, readSync(file, bytes, 0, length, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
