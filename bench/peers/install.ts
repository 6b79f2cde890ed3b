/**
 * Finds the libraries of the peers, or installs them into a temporary folder that is removed at the end. If
 * SCRATCH_NN_PEERS names a folder, that is used and kept. The product depends on none of these libraries.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
/** Milliseconds. */
const MOST_TIME = 300_000;

/** The reason, in one line, why a library is not available. */
export interface Missing {
  readonly missing: string;
}

export class PeerFolder {
  readonly path: string;
  readonly #stays: boolean;

  private constructor(path: string, stays: boolean) {
    this.path = path;
    this.#stays = stays;
  }

  static async open(): Promise<PeerFolder> {
    const named = process.env["SCRATCH_NN_PEERS"];
    if (named === undefined) return new PeerFolder(await mkdtemp(join(tmpdir(), "scratch-nn-peers-")), false);
    await mkdir(named, { recursive: true });
    return new PeerFolder(resolve(named), true);
  }

  async remove(): Promise<void> {
    if (!this.#stays) await rm(this.path, { recursive: true, force: true });
  }
}

/**
 * Finds npm packages, or installs them into their own folder, so that a failure does not affect other peers.
 * @returns the folder that has them in node_modules
 */
export async function findPackages(
  folder: PeerFolder,
  packages: readonly string[],
  installs: boolean,
): Promise<string | Missing> {
  const names = packages.map((each) => each.slice(0, each.lastIndexOf("@")));
  const path = join(folder.path, names[0].replace(/^@/, "").replace(/[^a-z0-9]+/g, "-"));
  const isThere = (): boolean => {
    const require = createRequire(join(path, "index.js"));
    return names.every((name) => require.resolve.paths(name)?.some((each) => existsSync(join(each, name))) === true);
  };
  if (isThere()) return path;
  if (!installs) return { missing: "not installed" };
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "package.json"), '{"private":true}\n');
  // Install scripts are disabled: none of these packages needs them.
  const flags = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  try {
    await run("npm", [...flags, ...packages], { cwd: path, timeout: MOST_TIME });
  } catch (error) {
    return { missing: `npm install failed: ${reasonOf(error)}` };
  }
  return isThere() ? path : { missing: "npm install left nothing that can be found" };
}

/** Finds a Python with the module: the given one, else one in a virtual environment with its site packages. */
export async function findPython(
  folder: PeerFolder,
  python: string,
  { module, distribution }: { readonly module: string; readonly distribution: string },
  installs: boolean,
): Promise<string | Missing> {
  const own = join(folder.path, "venv", "bin", "python");
  for (const each of [python, own]) {
    if (await works(each, ["-c", `import ${module}`])) return each;
  }
  if (!(await works(python, ["--version"]))) return { missing: `no Python at ${python}` };
  if (!installs) return { missing: "not installed" };
  const pip = ["-m", "pip", "install", "--quiet", "--timeout", "15", "--retries", "1", distribution];
  try {
    await run(python, ["-m", "venv", "--system-site-packages", join(folder.path, "venv")], { timeout: MOST_TIME });
    await run(own, pip, { timeout: MOST_TIME });
  } catch (error) {
    return { missing: `pip install failed: ${reasonOf(error)}` };
  }
  return own;
}

async function works(command: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(command, args, { timeout: MOST_TIME });
    return true;
  } catch {
    return false;
  }
}

/** Returns the line that tells the reason of a failure, or else the last line of the output. */
function reasonOf(error: unknown): string {
  const { stderr, message } = error as { readonly stderr?: string; readonly message: string };
  const lines = (stderr?.trim() || message).split("\n").filter((line) => line.trim() !== "");
  const telling = lines.find((line) => /^(npm error code|ERROR|The virtual environment)/.test(line)) ?? lines.at(-1)!;
  return telling.trim().slice(0, 200);
}
