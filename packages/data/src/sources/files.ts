/** Opens files of the user, plain or gzipped, with errors that name them. */
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { InputError } from "@scratch-nn/core";

export interface DataFile {
  readonly path: string;
  /** Bytes on disk. */
  readonly size: number;
  /** Whether it begins with the magic number of gzip. */
  readonly gzipped: boolean;
}

/** @throws InputError if there is no such file, if it is a directory, or if it cannot be read */
export async function inspectFile(path: string): Promise<DataFile> {
  try {
    const handle = await open(path, "r");
    try {
      const { size } = await handle.stat();
      const magic = new Uint8Array(2);
      await handle.read(magic, 0, 2, 0);
      return { path, size, gzipped: magic[0] === 0x1f && magic[1] === 0x8b };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** @returns `file`, `directory`, or undefined if there is nothing at that path */
export async function kindOf(path: string): Promise<"file" | "directory" | undefined> {
  try {
    return (await stat(path)).isDirectory() ? "directory" : "file";
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(path, cause);
  }
}

/**
 * Yields the contents of the file in chunks, decompressed if it is gzipped.
 * @throws InputError during iteration if reading fails, or if gzip is truncated or damaged
 */
export async function* readChunks(file: DataFile): AsyncGenerator<Buffer> {
  const raw = createReadStream(file.path, { highWaterMark: 1 << 20 });
  const source: Readable = file.gzipped ? raw.pipe(createGunzip({ chunkSize: 1 << 18 })) : raw;
  // `pipe` does not forward errors.
  if (source !== raw) raw.on("error", (error) => source.destroy(error));
  try {
    yield* source as AsyncIterable<Buffer>;
  } catch (cause) {
    throw unreadable(file.path, cause);
  } finally {
    raw.destroy();
  }
}

/** Makes the InputError of a failed read. Returns any other error unchanged. */
export function unreadable(path: string, cause: unknown): unknown {
  const { code, message, syscall } = cause as NodeJS.ErrnoException;
  const reason = REASONS[code ?? ""] ?? (syscall === undefined ? undefined : { found: "an error", advice: CHECK });
  if (reason === undefined) return cause;
  // Some messages begin with the code already.
  const detail = code === undefined || message.startsWith(`${code}:`) ? message : `${code}: ${message}`;
  return new InputError({ where: path, found: `${reason.found} (${detail})`, ...reason.advice }, { cause });
}

const REPLACE = { expected: "a whole gzip file", remedy: "download or compress it again" };
const CHECK = { expected: "a readable file", remedy: "check the path and its permissions" };

const REASONS: Readonly<Record<string, { found: string; advice: { expected: string; remedy: string } }>> = {
  Z_BUF_ERROR: { found: "one that is cut short", advice: REPLACE },
  Z_DATA_ERROR: { found: "damaged data", advice: REPLACE },
  ENOENT: { found: "nothing at that path", advice: CHECK },
  EISDIR: { found: "a directory", advice: CHECK },
  EACCES: { found: "one that may not be read", advice: CHECK },
  EPERM: { found: "one that may not be read", advice: CHECK },
  ENOTDIR: { found: "a path through something that is no directory", advice: CHECK },
  ENAMETOOLONG: { found: "a name that is too long", advice: CHECK },
  ELOOP: { found: "links that lead to each other", advice: CHECK },
  ENXIO: { found: "a socket", advice: { expected: "a file or a pipe", remedy: "pass a file, or pipe it into -" } },
};
