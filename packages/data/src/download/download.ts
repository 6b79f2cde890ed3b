/** Downloading a dataset once, into the user's cache. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { cacheFolder, makeCache } from "./cache-folder.ts";
import type { RemoteDataset, RemoteFile } from "./mirrors.ts";

export interface DownloadOptions {
  /** Folder for all datasets. Default: the user's cache directory for this program. */
  readonly cache?: string | undefined;
  /** Tried before the dataset's own mirrors; each ends in a slash. */
  readonly mirrors?: readonly string[] | undefined;
  readonly onProgress?:
    | ((progress: { readonly file: string; readonly done: number; readonly total: number | undefined }) => void)
    | undefined;
  /** Told what is wrong with a file that was downloaded before, and what becomes of it. */
  readonly onDamage?: ((what: string) => void) | undefined;
}

/** No mirror gave the right bytes, or the disk did not let it: not the caller's fault. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}

/** No byte for so long: give the mirror up. */
const STALL_MILLISECONDS = 30_000;

/**
 * Makes sure that a dataset's files are in the cache. A file has its final name only when all of
 * it is there and its checksum is right, so a broken download leaves nothing that counts. Files that are there are
 * checked each time: a disk may have damaged them, or a person.
 * @returns the folder that holds them
 * @throws DownloadError saying what each mirror answered, when none gave the right bytes
 * @throws InputError when there is no folder for them
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
  { onProgress, onDamage }: DownloadOptions,
): Promise<void> {
  const path = join(folder, file.name);
  const damage = await damageOf(path, file);
  if (damage === undefined) return;
  if (damage !== MISSING) onDamage?.(`${path} ${damage}; it is kept as ${await putAside(path)} and downloaded again`);
  await downloadAnew(file, path, mirrors, onProgress);
}

const MISSING = "is not there";

/** @returns what is wrong with a file that was downloaded before */
async function damageOf(path: string, { checksum }: RemoteFile): Promise<string | undefined> {
  try {
    if (!(await stat(path)).isFile()) return "is no file";
    const found = await checksumOf(path, checksum);
    return found === checksum.hex ? undefined : `has the ${checksum.algorithm} ${found} instead of ${checksum.hex}`;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return MISSING;
    // What it says of the content, not of the disk.
    if (code?.startsWith("Z_")) return `is damaged (${message})`;
    throw troubleWith(path, error);
  }
}

/** @returns its new name */
async function putAside(path: string): Promise<string> {
  const aside = `${path}.damaged`;
  try {
    await rename(path, aside);
  } catch (error) {
    // Another process may have done the same.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw troubleWith(path, error);
  }
  return aside;
}

async function downloadAnew(
  file: RemoteFile,
  path: string,
  mirrors: readonly string[],
  onProgress: DownloadOptions["onProgress"],
): Promise<void> {
  const failures: string[] = [];
  for (const mirror of mirrors) {
    // A name of its own: other processes may be downloading the same.
    const temporary = `${path}.${randomUUID()}.part`;
    try {
      await fetchTo(new URL(file.name, mirror), temporary, (done, total) =>
        onProgress?.({ file: file.name, done, total }),
      );
      const found = await checksumOf(temporary, file.checksum);
      if (found === file.checksum.hex) {
        await rename(temporary, path);
        return;
      }
      failures.push(`${mirror}: ${file.checksum.algorithm} ${found}`);
    } catch (error) {
      if (isDiskError(error)) throw troubleWith(path, error);
      failures.push(`${mirror}: ${reasonOf(error)}`);
    } finally {
      await rm(temporary, { force: true });
    }
  }
  throw new DownloadError(
    `${file.name}: expected a download with ${file.checksum.algorithm} ${file.checksum.hex}, ` +
      `found ${failures.join("; ")}; check the network, or put the file into ${dirname(path)} by hand`,
  );
}

function troubleWith(path: string, cause: unknown): DownloadError {
  return new DownloadError(
    `${path}: expected a place for downloads, found ${(cause as Error).message}; free space, mend its permissions, or set XDG_CACHE_HOME to another folder`,
    { cause },
  );
}

async function fetchTo(
  url: URL,
  path: string,
  onBytes: (done: number, total: number | undefined) => void,
): Promise<void> {
  const stalled = new AbortController();
  let timer = setTimeout(stall, STALL_MILLISECONDS);
  function stall(): void {
    stalled.abort(new Error(`no data for ${STALL_MILLISECONDS / 1000} seconds`));
  }
  try {
    const response = await fetch(url, { signal: stalled.signal });
    if (!response.ok || response.body === null)
      throw new Error(`HTTP ${response.status} ${response.statusText}`.trim());
    const total = Number(response.headers.get("content-length")) || undefined;
    let done = 0;
    const body = Readable.fromWeb(response.body as import("node:stream/web").ReadableStream);
    body.on("data", (chunk: Buffer) => {
      clearTimeout(timer);
      timer = setTimeout(stall, STALL_MILLISECONDS);
      done += chunk.length;
      onBytes(done, total);
    });
    await pipeline(body, createWriteStream(path, { flush: true }));
  } finally {
    clearTimeout(timer);
  }
}

async function checksumOf(path: string, checksum: RemoteFile["checksum"]): Promise<string> {
  const hash = createHash(checksum.algorithm);
  if (checksum.of === "content") await pipeline(createReadStream(path), createGunzip(), hash);
  else await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** Trouble with the cache itself: no mirror will help. */
function isDiskError(error: unknown): boolean {
  return ["ENOSPC", "EACCES", "EROFS", "EDQUOT", "EIO"].includes((error as NodeJS.ErrnoException).code ?? "");
}

/** `fetch` says only "fetch failed"; what failed is in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message || (cause as NodeJS.ErrnoException).code})` : message;
}
