/** The folder of a run: claimed before the work begins, filled as it goes on, every file whole. */
import { mkdir, readdir, readFile, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "@scratch-nn/core";
import { removeUnfinished, writeDurably } from "../disk/durable.ts";
import { FailureError } from "../output/exit.ts";

/** Files of a run by name. */
export type RunFiles = Readonly<Record<string, string | Uint8Array>>;

const CHECKPOINTS = "checkpoints";

export class RunFolder {
  /** As the user may name it. */
  readonly path: string;
  /** What of it is this run's to remove, should there be nothing to keep. */
  readonly #claimed: "folder" | "contents" | "nothing";
  readonly #written = new Set<string>();

  private constructor(path: string, claimed: "folder" | "contents" | "nothing") {
    this.path = path;
    this.#claimed = claimed;
  }

  /**
   * Claims a folder, so that a disk that cannot be written to is found out before the work. Where another run
   * has the name, the next free one (name-2, name-3, ...).
   * @param wanted a new or empty folder
   * @throws FailureError when the disk does not let it
   */
  static async claim(wanted: string): Promise<RunFolder> {
    for (let attempt = 1; ; attempt++) {
      const path = attempt === 1 ? wanted : `${wanted}-${attempt}`;
      try {
        await mkdir(dirname(resolve(path)), { recursive: true });
        const madeHere = await make(path);
        // Of two that find the folder empty, one is the first to do this.
        if (await make(join(path, CHECKPOINTS))) return new RunFolder(path, madeHere ? "folder" : "contents");
      } catch (cause) {
        throw diskFailure(path, cause, "nothing was left there");
      }
    }
  }

  /** The folder of a run that goes on. */
  static async reopen(path: string): Promise<RunFolder> {
    await removeUnfinished(path);
    return new RunFolder(path, "nothing");
  }

  get checkpoints(): string {
    return checkpointsOf(this.path);
  }

  /**
   * Writes files, each of them whole or not at all.
   * @param otherwise what there is if they cannot be written
   * @throws FailureError when the disk is full or read-only
   */
  async write(files: RunFiles, otherwise: string): Promise<void> {
    try {
      for (const [name, content] of Object.entries(files)) {
        this.#written.add(name);
        await writeDurably(join(this.path, name), content);
      }
    } catch (cause) {
      throw diskFailure(this.path, cause, otherwise);
    }
  }

  /** Removes a run that has nothing to keep; not one that was there before. */
  async discard(): Promise<void> {
    if (this.#claimed === "nothing") return;
    for (const name of [CHECKPOINTS, ...this.#written]) {
      await rm(join(this.path, name), { recursive: true, force: true });
    }
    if (this.#claimed === "folder") await rmdir(this.path).catch(() => {});
  }
}

export const checkpointsOf = (run: string): string => join(run, CHECKPOINTS);

/** @returns false when there is something of that name already */
async function make(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** `runs/<time>-<name>`, the time as in 2026-01-31T12-00-00. */
export function defaultRunPath(data: string, now = new Date()): string {
  const time = now.toISOString().slice(0, 19).replaceAll(":", "-");
  const name =
    basename(data)
      .replace(/[^\w.-]+/g, "-")
      .replace(/^[-.]+/, "") || "data";
  return join("runs", `${time}-${name}`);
}

/**
 * Checks a folder that the user names.
 * @throws InputError when it holds something already
 */
export async function requireNewFolder(wanted: string): Promise<void> {
  let found: string | undefined;
  try {
    const names = await readdir(wanted);
    if (names.length > 0) found = `one that holds ${names.slice(0, 3).join(", ")}${names.length > 3 ? ", ..." : ""}`;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return;
    if (code !== "ENOTDIR") throw diskFailure(wanted, cause, "nothing was left there");
    found = `${wanted}, which is or lies under a file`;
  }
  if (found === undefined) return;
  throw new InputError({
    where: "--out",
    expected: "a new or empty folder",
    found,
    remedy: "name another one, or go on with what is there by --resume; nothing was changed",
  });
}

/**
 * Reads what a run says of itself.
 * @throws InputError when the folder is not that of a run
 */
export async function readConfig(run: string): Promise<unknown> {
  const path = join(run, "config.json");
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new InputError(
      {
        where: "--resume",
        expected: "the folder of a run, with its config.json",
        found: `${run}: ${(cause as Error).message}`,
        remedy: "check the path; a run that ended before its first step has nothing to go on from",
      },
      { cause },
    );
  }
}

function diskFailure(path: string, cause: unknown, otherwise: string): unknown {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  return new FailureError(
    `--out: expected a folder that can be written to, found ${path} (${message}); free space or name another folder; ${otherwise}`,
    { cause },
  );
}
