/** Writes a trained network as the files of another program. */
import { basename, dirname, join, parse, relative, resolve } from "node:path";
import { InputError } from "@scratch-nn/core";
import { type ExportedFile, type ExportFormat, exportModel } from "@scratch-nn/formats";
import { writeDurably } from "../disk/durable.ts";
import { kindOf } from "../disk/regular-file.ts";
import { FailureError } from "../output/exit.ts";
import { printableJson } from "../output/printable.ts";
import { colorsFor, table, thousands } from "../output/report.ts";
import { print } from "../output/stdout.ts";
import { readModelFile } from "./model-file.ts";

export interface ExportOptions {
  readonly format: ExportFormat;
  readonly out?: string;
  readonly force: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/**
 * @param run the folder of a run, or a model file
 * @throws InputError when there is no model, the format cannot say it, or a file is in the way
 */
export async function exportRun(run: string, options: ExportOptions): Promise<void> {
  const { path, model } = await readModelFile(run);
  const files = placed(await exportModel(model, options.format), path, options.out);
  for (const file of files) requireFree(file.path, path, options.force);
  // The one that the user named is there once the others are.
  for (const { path: to, bytes } of files.toReversed()) await write(to, bytes);
  const written = files.map((file) => ({ path: file.path, bytes: file.bytes.length }));
  if (options.json) await print(`${printableJson({ format: options.format, files: written }, 2)}\n`);
  else if (!options.quiet) {
    const rows = written.map(({ path: to, bytes }) => [to, `${thousands(bytes)} bytes`] as const);
    await print(`${table(rows, colorsFor(process.stdout))}\n`);
  }
}

/** @param out what the user calls the first of the files; the others are called like it, with endings of their own */
function placed(files: readonly ExportedFile[], model: string, out: string | undefined) {
  const { dir, name } = parse(out ?? model);
  const stem = join(dir, name);
  return files.map(({ ending, bytes }, i) => ({ path: i === 0 ? (out ?? stem + ending) : stem + ending, bytes }));
}

function requireFree(path: string, model: string, force: boolean): void {
  const refuse = (expected: string, found: string, remedy: string): never => {
    throw new InputError({ where: "--out", expected, found, remedy });
  };
  if (basename(path) === "") refuse("the name of a file", "none", "pass for example --out model.onnx");
  const kind = kindOf(path);
  if (kind === undefined) return;
  if (relative(resolve(path), resolve(model)) === "") {
    refuse("another file than the model that is read", path, "name another one; nothing was changed");
  }
  if (kind !== "file") refuse("the name of a new file", `${path}, which is a ${kind}`, "name another one");
  if (!force) {
    refuse("a new file", `${path}, which is there already`, "name another one, or write over it by --force");
  }
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
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
