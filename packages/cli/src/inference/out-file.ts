/** Checks and writes the output file that a user names. */
import { basename, dirname, join, relative, resolve } from "node:path";
import { InputError } from "@scratch-nn/core";
import { writeDurably } from "../disk/durable.ts";
import { kindOf } from "../disk/regular-file.ts";
import { FailureError } from "../output/exit.ts";

/** The input of an output file, and what the file may overwrite. */
export interface Allowed {
  /** The input file. */
  readonly read: string;
  /** Whether an existing file may be overwritten. */
  readonly force: boolean;
  /** Names that a run's folder reserves for its own files; `force` does not overwrite these. */
  readonly kept: ReadonlySet<string>;
}

/** @throws InputError naming --out where something is in the way */
export function requireFree(path: string, { read, force, kept }: Allowed): void {
  const refuse = (expected: string, found: string, remedy: string): never => {
    throw new InputError({ where: "--out", expected, found, remedy });
  };
  if (basename(path) === "") refuse("the name of a file", "none", "pass for example --out model.onnx");
  if (path === "-") refuse("the name of a file", '"-"', "what is written is no text: name a file, model.onnx say");
  const kind = kindOf(path);
  if (kind === undefined) return;
  if (relative(resolve(path), resolve(read)) === "") {
    refuse("another file than the one that is read", path, "name another one; nothing was changed");
  }
  if (kind !== "file") refuse("the name of a new file", `${path}, which is a ${kind}`, "name another one");
  if (kept.has(basename(path)) && kindOf(join(dirname(path), "config.json")) === "file") {
    refuse("a file that is not one of a run's own", path, "name another one; nothing was changed");
  }
  if (!force) {
    refuse("a new file", `${path}, which is there already`, "name another one, or write over it by --force");
  }
}

/**
 * Writes the file atomically.
 * @throws InputError naming --out where its folder does not exist; FailureError where the disk fails
 */
export async function writeOut(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeDurably(path, bytes);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new InputError(
        {
          where: "--out",
          expected: "a file in a folder that is there",
          found: path,
          remedy: `make ${dirname(path)} first`,
        },
        { cause },
      );
    }
    throw new FailureError(`${path} could not be written: ${message}; nothing was left there`, { cause });
  }
}
