/** environment.json: by what, and on what, a run was computed. Nothing in it changes a bit; it tells what it was done with. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, release, type } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PIECE_BYTES } from "../disk/pieces.ts";
import { kindOf, readRegularFile } from "../disk/regular-file.ts";

export const ENVIRONMENT = "environment.json";

/** Neither paths nor names of users or machines. */
export interface Environment {
  /** When the process began, as in 2026-01-31T12:00:00.000Z. */
  readonly started: string;
  /** Of this package. */
  readonly version: string;
  /** Of the repository that the program was run from, with "-dirty" behind it where files differ; undefined outside of one. */
  readonly commit?: string | undefined;
  readonly node: string;
  readonly os: string;
  readonly arch: string;
  readonly cpu: string;
  /** How many threads the machine runs at a time, for this process. */
  readonly cores: number;
  readonly workers: number;
  /** Those that computed; undefined where each thread chooses. */
  readonly kernels?: string | undefined;
}

/** What the run itself says. */
export type OfRun = Pick<Environment, "workers" | "kernels">;

/** Of this program. */
export const { version: VERSION } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as {
  version: string;
};

/** The repository's root from src and from dist; in an installed package there is no repository there. */
const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/** Begin it early: it asks git, beside other work. Never rejects. */
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
    // No git here, or it does not trust the folder.
    return undefined;
  }
}

const MOST_BYTES = 2 ** 20;

/** The file's text: of a run that goes on, with those of the processes before, the last first. */
export async function environmentText(run: string, environment: Environment): Promise<string> {
  const before = await readEnvironment(run);
  const { earlier = [], ...last } = (before ?? {}) as { earlier?: unknown };
  const list = before === undefined ? [] : [last, ...(Array.isArray(earlier) ? earlier : [])];
  return `${JSON.stringify({ ...environment, ...(list.length === 0 ? {} : { earlier: list }) }, null, 2)}\n`;
}

/** @returns undefined where there is none that can be read; what it holds is not checked */
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
