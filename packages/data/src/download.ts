/** Downloading a dataset once, into the user's cache. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import envPaths from "env-paths";
import type { RemoteDataset, RemoteFile } from "./mirrors.ts";

export interface DownloadOptions {
  /** Folder for all datasets. Default: the user's cache directory for this program. */
  readonly cache?: string | undefined;
  /** Tried before the dataset's own mirrors; each ends in a slash. */
  readonly mirrors?: readonly string[] | undefined;
  readonly onProgress?:
    | ((progress: { readonly file: string; readonly done: number; readonly total: number | undefined }) => void)
    | undefined;
}

/** No mirror gave the right bytes: the network's or a mirror's fault, not the caller's. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}

/** No byte for so long: give the mirror up. */
const STALL_MILLISECONDS = 30_000;

/** The user's cache directory for this program. */
export function cacheFolder(): string {
  return envPaths("scratch-nn", { suffix: "" }).cache;
}

/**
 * Makes sure that a dataset's files are in the cache. A file has its final name only when all of
 * it is there and its checksum is right, so a broken download leaves nothing that counts.
 * @returns the folder that holds them
 * @throws DownloadError saying what each mirror answered, when none gave the right bytes
 */
export async function download(dataset: RemoteDataset, options: DownloadOptions = {}): Promise<string> {
  const folder = join(options.cache ?? cacheFolder(), dataset.name);
  await mkdir(folder, { recursive: true });
  const mirrors = [...(options.mirrors ?? []), ...dataset.mirrors];
  for (const file of dataset.files) await downloadFile(file, folder, mirrors, options.onProgress);
  return folder;
}

async function downloadFile(
  file: RemoteFile,
  folder: string,
  mirrors: readonly string[],
  onProgress: DownloadOptions["onProgress"],
): Promise<void> {
  const path = join(folder, file.name);
  if (await exists(path)) return;
  const failures: string[] = [];
  for (const mirror of mirrors) {
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
      if (isDiskError(error)) throw error;
      failures.push(`${mirror}: ${reasonOf(error)}`);
    } finally {
      await rm(temporary, { force: true });
    }
  }
  throw new DownloadError(
    `${file.name}: expected a download with ${file.checksum.algorithm} ${file.checksum.hex}, ` +
      `found ${failures.join("; ")}; check the network, or put the file into ${folder} by hand`,
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

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
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
