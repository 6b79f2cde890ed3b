/** Finds the user's cache folder for downloads. Only downloads need a home directory. */
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { makeFolder } from "./make-folder.ts";

const NAME = "scratch-nn";

/**
 * Returns the user's cache directory for this program.
 * @throws InputError if the user has no home directory and names no other folder
 */
export async function cacheFolder(): Promise<string> {
  const { XDG_CACHE_HOME: named } = process.env;
  const isXdg = process.platform !== "win32" && process.platform !== "darwin";
  if (isXdg && named) return join(named, NAME);
  try {
    // env-paths looks up the home directory when it is loaded.
    const { default: envPaths } = await import("env-paths");
    return envPaths(NAME, { suffix: "" }).cache;
  } catch (cause) {
    throw noCache(`no home directory (${(cause as Error).message})`, cause);
  }
}

/**
 * Creates the folder of a dataset in the cache.
 * @throws InputError if the folder cannot be created
 */
export async function makeCache(folder: string): Promise<void> {
  try {
    makeFolder(folder);
  } catch (cause) {
    throw noCache(`${folder} (${(cause as Error).message})`, cause);
  }
}

function noCache(found: string, cause: unknown): InputError {
  return new InputError(
    {
      where: "downloads",
      expected: "a folder that can be written to",
      found,
      remedy: "set XDG_CACHE_HOME to one, or HOME; or pass --data with a folder that holds the files already",
    },
    { cause },
  );
}
