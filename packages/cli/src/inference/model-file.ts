/** Reads the trained network that a user names: a run's folder, or a model file. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { decodeModel, InputError, type Model } from "@scratch-nn/core";
import { MOST_PARAMETERS } from "@scratch-nn/core/engine";
import { readRegularFile } from "../disk/regular-file.ts";

export interface ModelFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly model: Model;
}

/** The largest file that is read as a model. */
export const MAX_BYTES = 4 * MOST_PARAMETERS + 2 ** 26;

/** @throws InputError when there is no model, or it is damaged */
export async function readModelFile(run: string): Promise<ModelFile> {
  const path = await pathOf(run);
  const bytes = await readRegularFile(path);
  return { path, bytes, model: decodeModel(bytes, path) };
}

async function pathOf(run: string): Promise<string> {
  const fail = (found: string, cause?: unknown): never => {
    throw new InputError(
      {
        where: run,
        expected: "the folder of a run with its model.safetensors, or a model file",
        found,
        remedy: "check the path; a run keeps its model when it ends or is stopped",
      },
      { cause },
    );
  };
  for (const path of [run, join(run, "model.safetensors")]) {
    const found = await stat(path).catch((cause: NodeJS.ErrnoException) =>
      fail(path === run ? `nothing there (${cause.code})` : `a folder without one (${cause.code})`, cause),
    );
    if (found.isDirectory() && path === run) continue;
    if (!found.isFile()) fail("something that is no file");
    if (found.size > MAX_BYTES) fail(`a file of ${found.size} bytes`);
    return path;
  }
  return fail("a folder without one");
}
