/** Reads regular files only. Opening a pipe without a writer would wait for ever and keep the process alive. */
import { constants, lstatSync, type Stats, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { PIECE_BYTES } from "./pieces.ts";

export type PathKind = "file" | "folder" | "FIFO" | "socket" | "device" | "link that leads nowhere";

/** @returns undefined where the path does not exist or may not be read */
export function kindOf(path: string): PathKind | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined) return kindOfStats(stats);
    return lstatSync(path, { throwIfNoEntry: false }) === undefined ? undefined : "link that leads nowhere";
  } catch {
    return undefined;
  }
}

/** The path exists but is not a regular file. */
export class NotAFileError extends Error {
  override readonly name = "NotAFileError";
}

/**
 * @param mostBytes the size limit; a larger file is refused before memory is allocated
 * @throws NotAFileError; the file system's error
 */
export async function readRegularFile(
  path: string,
  pieceBytes = PIECE_BYTES,
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<Buffer> {
  // Without O_NONBLOCK only opening a FIFO would wait; Windows has neither.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((error) => {
    // A socket cannot be opened at all.
    if ((error as NodeJS.ErrnoException).code === "ENXIO") throw new NotAFileError("it is a socket", { cause: error });
    throw error;
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new NotAFileError(`it is a ${kindOfStats(stats)}`);
    if (stats.size > mostBytes) throw new Error(`it has ${stats.size} bytes, and is read up to ${mostBytes}`);
    return await readPieces(file, stats.size, pieceBytes);
  } finally {
    await file.close();
  }
}

/** @returns the bytes, fewer than `size` where the file has shrunk */
async function readPieces(file: FileHandle, size: number, pieceBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let end = 0;
  while (end < size) {
    const { bytesRead } = await file.read(bytes, end, Math.min(pieceBytes, size - end), end);
    if (bytesRead === 0) break;
    end += bytesRead;
  }
  return bytes.subarray(0, end);
}

function kindOfStats(stats: Stats): PathKind {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "folder";
  if (stats.isFIFO()) return "FIFO";
  return stats.isSocket() ? "socket" : "device";
}
