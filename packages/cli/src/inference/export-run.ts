/** Writes a trained network as the files of another program. */
import { rm } from "node:fs/promises";
import { join, parse } from "node:path";
import { type ExportedFile, type ExportFormat, exportModel } from "@scratch-nn/formats";
import { kindOf } from "../disk/regular-file.ts";
import { printable, printableJson } from "../output/printable.ts";
import { colorsFor, table, thousands } from "../output/report.ts";
import { print } from "../output/stdout.ts";
import { readModelFile } from "./model-file.ts";
import { requireFree, writeOut } from "./out-file.ts";

export interface ExportOptions {
  readonly format: ExportFormat;
  readonly out?: string;
  readonly force: boolean;
  /** Names of the files that a run's folder reserves. */
  readonly kept: ReadonlySet<string>;
  readonly json: boolean;
  readonly quiet: boolean;
}

/**
 * @param run the folder of a run, or a model file
 * @throws InputError when there is no model, the format cannot represent it, or a file is in the way
 */
export async function exportRun(run: string, options: ExportOptions): Promise<void> {
  const { path, model } = await readModelFile(run);
  const files = placed(await exportModel(model, options.format), path, options.out);
  for (const file of files) requireFree(file.path, { read: path, ...options });
  await writeAll(files);
  const written = files.map((file) => ({ path: file.path, bytes: file.bytes.length }));
  if (options.json) await print(`${printableJson({ format: options.format, files: written }, 2)}\n`);
  else if (!options.quiet) {
    const rows = written.map(({ path: to, bytes }) => [printable(to), `${thousands(bytes)} bytes`] as const);
    await print(`${table(rows, colorsFor(process.stdout))}\n`);
  }
}

/**
 * Writes the file that the user named last, so that it exists only once the others do. On failure it removes the files
 * that are new.
 */
async function writeAll(files: readonly { readonly path: string; readonly bytes: Uint8Array }[]): Promise<void> {
  const added: string[] = [];
  try {
    for (const { path, bytes } of files.toReversed()) {
      const isNew = kindOf(path) === undefined;
      await writeOut(path, bytes);
      if (isNew) added.push(path);
    }
  } catch (error) {
    for (const path of added) await rm(path, { force: true });
    throw error;
  }
}

/** @param out the user's name for the first file; the other files take its stem with their own extensions */
function placed(files: readonly ExportedFile[], model: string, out: string | undefined) {
  const { dir, name, ext } = parse(out ?? model);
  const stem = join(dir, name);
  return files.map(({ ending, bytes }, i) => {
    if (i === 0 && out !== undefined) return { path: out, bytes };
    // The type declarations of a .js file are a .d.ts.
    return { path: stem + (ext === ".js" ? ending.replace(/\.mts$/, ".ts") : ending), bytes };
  });
}
