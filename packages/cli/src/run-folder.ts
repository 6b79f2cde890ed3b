/** The folder that a run leaves behind: all of it, or nothing. */
import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "@scratch-nn/core";
import { FailureError } from "./exit.ts";

/** Files of a run by name. */
export type RunFiles = Readonly<Record<string, string | Uint8Array>>;

/** What a rename answers when something else has the name. */
const TAKEN = ["ENOTEMPTY", "EEXIST", "ENOTDIR", "EISDIR"];

/**
 * A place for a run's results, claimed before the work begins so that a disk that cannot be
 * written to is found out first. Files are written beside it under another name, and the whole
 * folder takes its name at once.
 */
export class RunFolder {
  readonly #wanted: string;
  readonly #draft: string;

  private constructor(wanted: string, draft: string) {
    this.#wanted = wanted;
    this.#draft = draft;
  }

  /**
   * @param wanted the folder to make
   * @throws FailureError when the disk does not let it
   */
  static async claim(wanted: string): Promise<RunFolder> {
    const path = resolve(wanted);
    const draft = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part`);
    try {
      await mkdir(dirname(path), { recursive: true });
      await mkdir(draft);
    } catch (cause) {
      throw diskFailure(wanted, cause);
    }
    return new RunFolder(wanted, draft);
  }

  /**
   * Writes the files and gives the folder its name; where something else took that name in the
   * meantime, the next free one (name-2, name-3, ...), so that no work is lost.
   * @param filesFor the files of a folder of that name
   * @returns the name
   * @throws FailureError when the disk is full or read-only; nothing is left then
   */
  async keep(filesFor: (path: string) => RunFiles): Promise<string> {
    try {
      for (let attempt = 1; ; attempt++) {
        const path = attempt === 1 ? this.#wanted : `${this.#wanted}-${attempt}`;
        for (const [name, content] of Object.entries(filesFor(path)))
          await writeDurably(join(this.#draft, name), content);
        try {
          await rename(this.#draft, resolve(path));
          return path;
        } catch (cause) {
          if (!TAKEN.includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
        }
      }
    } catch (cause) {
      await this.discard();
      throw diskFailure(this.#wanted, cause);
    }
  }

  /** Removes what was claimed and not kept. */
  async discard(): Promise<void> {
    await rm(this.#draft, { recursive: true, force: true });
  }
}

async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
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
    if (code !== "ENOTDIR") throw diskFailure(wanted, cause);
    found = `${wanted}, which is or lies under a file`;
  }
  if (found === undefined) return;
  throw new InputError({
    where: "--out",
    expected: "a new or empty folder",
    found,
    remedy: "name another one; nothing was changed",
  });
}

function diskFailure(wanted: string, cause: unknown): unknown {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  return new FailureError(
    `--out: expected a folder that can be written to, found ${wanted} (${message}); free space or name another folder; nothing was left there`,
    { cause },
  );
}
