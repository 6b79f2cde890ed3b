/**
 * Creates folders. Node's recursive mkdir never returns where the system answers ENOENT although the parent folder
 * exists, as in /proc.
 */
import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Creates a folder and its missing parents.
 * @returns the outermost folder that was created, absolute; undefined where the folder existed
 * @throws the file system's error
 */
export function makeFolder(path: string): string | undefined {
  const folder = resolve(path);
  try {
    mkdirSync(folder);
    return folder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") {
      if (isFolder(folder)) return undefined;
      throw error;
    }
    const parent = dirname(folder);
    if (parent === folder || isFolder(parent)) throw error;
    const outermost = makeFolder(parent);
    const own = makeFolder(folder);
    return outermost ?? own;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
