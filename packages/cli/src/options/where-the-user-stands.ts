/** Paths on the command line are relative to where the user stands, also when a script of this repository runs it. */
import { realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";

/** From src and, in a published package, from dist: there it is nobody's. */
const REPOSITORY = new URL("../../../../package.json", import.meta.url);

/**
 * pnpm and npm run a script in its package's folder, and say in INIT_CWD where they were called. Only a script of
 * this repository's that is called like the command counts: others may have a reason to be where they are.
 * @param command the command's name, as it is given
 * @returns the folder to go to; undefined to stay
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
