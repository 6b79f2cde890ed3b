/** environment.json: records the versions and the machine that computed a run. It does not affect the results. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, release, type } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PIECE_BYTES } from "../disk/pieces.ts";
import { kindOf, readRegularFile } from "../disk/regular-file.ts";

export const ENVIRONMENT = "environment.json";

/** Contains no paths and no names of users or machines. */
export interface Environment {
  /** The process's start time, as in 2026-01-31T12:00:00.000Z. */
  readonly started: string;
  /** The version of this package. */
  readonly version: string;
  /**
   * The commit of the repository that the program was run from, with "-dirty" appended where files differ; undefined
   * outside a repository.
   */
  readonly commit?: string | undefined;
  readonly node: string;
  readonly os: string;
  readonly arch: string;
  readonly cpu: string;
  /** The number of threads that the machine runs in parallel for this process. */
  readonly cores: number;
  readonly workers: number;
  /** The kernels in use; undefined where each thread chooses. */
  readonly kernels?: string | undefined;
}

/** The values that the run itself supplies. */
export type OfRun = Pick<Environment, "workers" | "kernels">;

/** The version of this program. */
export const { version: VERSION } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as {
  version: string;
};

/** The repository's root, from src and from dist; an installed package has no repository there. */
const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/** Collects the environment. Asks git, so start it early and beside other work. Never rejects. */
export async function environmentHere(): Promise<Omit<Environment, keyof OfRun>> {
  const started = new Date(Date.now() - 1000 * process.uptime()).toISOString();
  const commit = await commitOf(ROOT);
  return {
    started,
    version: VERSION,
    ...(commit === undefined ? {} : { commit }),
    node: process.versions.node,
    os: `${type()} ${release()}`,
    arch: process.arch,
    cpu: cpus().at(0)?.model.trim() ?? "unknown",
    cores: availableParallelism(),
  };
}

const GIT_MILLISECONDS = 5000;

async function commitOf(root: string): Promise<string | undefined> {
  if (!existsSync(join(root, ".git"))) return undefined;
  try {
    const args = ["describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"];
    const env = { ...process.env, GIT_OPTIONAL_LOCKS: "0" };
    const { stdout } = await promisify(execFile)("git", args, { cwd: root, env, timeout: GIT_MILLISECONDS });
    return stdout.trim() || undefined;
  } catch {
    // Git is not installed, or does not trust the folder.
    return undefined;
  }
}

const MOST_BYTES = 2 ** 20;

/** The file's text. A resumed run lists its earlier processes as well, the latest first. */
export async function environmentText(run: string, environment: Environment): Promise<string> {
  const before = await readEnvironment(run);
  const { earlier = [], ...last } = (before ?? {}) as { earlier?: unknown };
  const list = before === undefined ? [] : [last, ...(Array.isArray(earlier) ? earlier : [])];
  return `${JSON.stringify({ ...environment, ...(list.length === 0 ? {} : { earlier: list }) }, null, 2)}\n`;
}

/** @returns undefined where there is no readable file; the content is not checked */
export async function readEnvironment(run: string): Promise<Record<string, unknown> | undefined> {
  const path = join(run, ENVIRONMENT);
  if (kindOf(path) !== "file") return undefined;
  try {
    const bytes = await readRegularFile(path, PIECE_BYTES, MOST_BYTES);
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
