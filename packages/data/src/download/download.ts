/** Downloads a dataset once, into the user's cache. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { cacheFolder, makeCache } from "./cache-folder.ts";
import type { RemoteDataset, RemoteFile } from "./mirrors.ts";
import { withPartFile } from "./part-file.ts";
import { type DownloadLimits, Patience } from "./patience.ts";

export interface DownloadOptions {
  /** The folder of all datasets. Default: the user's cache directory for this program. */
  readonly cache?: string | undefined;
  /** URLs to try before the dataset's own mirrors; each ends in a slash. */
  readonly mirrors?: readonly string[] | undefined;
  readonly onProgress?:
    | ((progress: { readonly file: string; readonly done: number; readonly total: number | undefined }) => void)
    | undefined;
  /** Receives a message about a damaged file of an earlier download: the damage, and the new name of the file. */
  readonly onDamage?: ((what: string) => void) | undefined;
  /** How slow a mirror may be. */
  readonly limits?: Partial<DownloadLimits> | undefined;
  /** Aborts the download; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** No mirror sent the right bytes, or the disk failed. The caller is not at fault. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}

/**
 * Ensures that the files of a dataset are in the cache. A file gets its final name only when it is complete and its
 * checksum is right, so a failed download leaves no file under that name. Existing files are checked each time,
 * because a disk or a user may have damaged them. If a mirror is too slow, or sends more bytes than the file can have,
 * the next one is tried.
 * @returns the folder that holds the files
 * @throws DownloadError with the answer of each mirror, if none sent the right bytes, or if the disk failed
 * @throws InputError if the cache folder cannot be found or created
 */
export async function download(dataset: RemoteDataset, options: DownloadOptions = {}): Promise<string> {
  const folder = join(options.cache ?? (await cacheFolder()), dataset.name);
  await makeCache(folder);
  const mirrors = [...(options.mirrors ?? []), ...dataset.mirrors];
  for (const file of dataset.files) await downloadFile(file, folder, mirrors, options);
  return folder;
}

async function downloadFile(
  file: RemoteFile,
  folder: string,
  mirrors: readonly string[],
  options: DownloadOptions,
): Promise<void> {
  const path = join(folder, file.name);
  const damage = await damageOf(path, file);
  if (damage === undefined) return;
  if (damage !== MISSING) {
    options.onDamage?.(`${path} ${damage}; it is kept as ${await putAside(path)} and downloaded again`);
  }
  await downloadAnew(file, path, mirrors, options);
}

const MISSING = "is not there";

/** @returns the damage of a file of an earlier download; undefined if it is intact */
async function damageOf(path: string, file: RemoteFile): Promise<string | undefined> {
  const { checksum } = file;
  try {
    if (!(await stat(path)).isFile()) return "is no file";
    const found = await checksumOf(path, file);
    return found === checksum.hex ? undefined : `has the ${checksum.algorithm} ${found} instead of ${checksum.hex}`;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return MISSING;
    if (error instanceof TooLarge) return `holds ${message}`;
    // An error of zlib is about the content, not about the disk.
    if (code?.startsWith("Z_")) return `is damaged (${message})`;
    throw troubleWith(path, error);
  }
}

/** Renames a damaged file. @returns its new name */
async function putAside(path: string): Promise<string> {
  const aside = `${path}.damaged`;
  try {
    await rename(path, aside);
  } catch (error) {
    // Another process may have renamed it.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw troubleWith(path, error);
  }
  return aside;
}

async function downloadAnew(
  file: RemoteFile,
  path: string,
  mirrors: readonly string[],
  options: DownloadOptions,
): Promise<void> {
  const { name, checksum } = file;
  const failures: string[] = [];
  for (const mirror of mirrors) {
    try {
      const failure = await withPartFile(path, async (part) => {
        const received = await fetchTo(new URL(name, mirror), part, file, options);
        const found = await checksumOf(part, file).catch((error: unknown) => {
          throw isDiskError(error) ? error : new Error(`${reasonOf(error)} in ${received}`);
        });
        if (found !== checksum.hex) return `${checksum.algorithm} ${found} of ${received}`;
        options.signal?.throwIfAborted();
        await rename(part, path);
        return undefined;
      });
      if (failure === undefined) return;
      failures.push(`${mirror}${name}: ${failure}`);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (isDiskError(error)) throw troubleWith(path, error);
      failures.push(`${mirror}${name}: ${reasonOf(error)}`);
    }
  }
  throw new DownloadError(
    `${name}: expected a download with ${checksum.algorithm} ${checksum.hex}, found ${failures.join("; ")}; ` +
      `check the network, name another mirror in SCRATCH_NN_MIRRORS, or put the file into ${dirname(path)} by hand`,
  );
}

function troubleWith(path: string, cause: unknown): DownloadError {
  return new DownloadError(
    `${path}: expected a place for downloads, found ${(cause as Error).message}; free space, mend its permissions, or set XDG_CACHE_HOME to another folder`,
    { cause },
  );
}

/** Downloads to a file. @returns the size and the stated content type, as text */
async function fetchTo(
  url: URL,
  path: string,
  file: RemoteFile,
  { onProgress, limits, signal }: DownloadOptions,
): Promise<string> {
  const patience = new Patience(limits);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([patience.signal, ...(signal ? [signal] : [])]) });
    if (!response.ok || response.body === null)
      throw new Error(`HTTP ${response.status} ${response.statusText}`.trim());
    const total = Number(response.headers.get("content-length")) || undefined;
    let done = 0;
    const body = Readable.fromWeb(response.body as import("node:stream/web").ReadableStream);
    const counted = atMost(mostPacked(file), (bytes) => {
      patience.add(bytes);
      done += bytes;
      onProgress?.({ file: file.name, done, total });
    });
    await pipeline(body, counted, createWriteStream(path, { flush: true }));
    return `${done} bytes of ${response.headers.get("content-type") ?? "no stated type"}`;
  } finally {
    patience.end();
  }
}

/** There are more bytes than the file can have. */
class TooLarge extends Error {}

/** Makes a transform that passes chunks through. @throws TooLarge if there are more than `most` bytes */
function atMost(most: number, onBytes: (bytes: number) => void = () => {}) {
  return async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > most) throw new TooLarge(`more than the ${most} bytes that it may have`);
      onBytes(chunk.length);
      yield chunk;
    }
  };
}

/** The most compressed bytes: even gzip without compression adds less than 1 % and a header. */
function mostPacked({ bytes }: RemoteFile): number {
  return Math.ceil(1.01 * bytes) + 4096;
}

/** @throws TooLarge if it decompresses to more bytes than the file has, as a gzip bomb would */
async function checksumOf(path: string, { checksum, bytes }: RemoteFile): Promise<string> {
  const hash = createHash(checksum.algorithm);
  if (checksum.of === "content") await pipeline(createReadStream(path), createGunzip(), atMost(bytes), hash);
  else await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** Whether the cache itself failed, so that another mirror cannot help. */
function isDiskError(error: unknown): boolean {
  return ["ENOSPC", "EACCES", "EROFS", "EDQUOT", "EIO"].includes((error as NodeJS.ErrnoException).code ?? "");
}

/** Returns the message of an error with its cause, because `fetch` says only "fetch failed". */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message || (cause as NodeJS.ErrnoException).code})` : message;
}
