/**
 * Resolves paths on the command line against the user's working directory, also when one of this repository's scripts
 * runs the command.
 */
import { realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";

/** The same relative path from src and, in a published package, from dist; there it names no file of ours. */
const REPOSITORY = new URL("../../../../package.json", import.meta.url);

/**
 * pnpm and npm run a script in its package's folder, and set INIT_CWD to the caller's folder. Only this repository's
 * scripts with the command's name count: others may change the folder on purpose.
 * @param command the command's name as given
 * @returns the folder to change to; undefined to stay
 */
export function whereTheUserStands(command: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const { INIT_CWD: folder, npm_lifecycle_event: script, npm_package_json: manifest } = env;
  if (folder === undefined || manifest === undefined || script === undefined || script !== command) return undefined;
  const isOurs = sameFile(manifest, fileURLToPath(REPOSITORY)) && sameFile(dirname(manifest), process.cwd());
  return isOurs && isAbsolute(folder) && isFolder(folder) ? folder : undefined;
}

function sameFile(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
