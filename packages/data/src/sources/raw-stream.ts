/** Opens a raw stream of bytes from a file, standard input or a FIFO, and refuses anything else. */
import { constants, createReadStream, fstatSync, open, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { isatty } from "node:tty";
import { promisify } from "node:util";
import { InputError } from "@scratch-nn/core";
import { unreadable } from "./files.ts";

/** A stream of bytes, not decompressed. */
export interface RawStream {
  /** The name of the source in errors. */
  readonly where: string;
  readonly stream: Readable;
  /** The total number of bytes; undefined if not known. */
  readonly size: number | undefined;
}

const STANDARD_INPUT = "standard input";

/** Names of standard input. They are not opened as paths, because that may open another stream. */
const STANDARD_INPUTS = new Set(["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]);

/** Whether a path names standard input. */
export const isStandardInput = (path: string): boolean => STANDARD_INPUTS.has(path);

/** The kinds of paths that hold no data. */
const KINDS: readonly (readonly [is: (stats: Stats) => boolean, name: string, remedy: string])[] = [
  [(stats) => stats.isDirectory(), "a directory", "pass a file in it"],
  [(stats) => stats.isSocket(), "a socket", "pass a file, or pipe the data into -"],
  [(stats) => stats.isCharacterDevice(), "a device", "pass a file, or pipe the data into -"],
  [(stats) => stats.isBlockDevice(), "a device", "pass a file, or pipe the data into -"],
];

/**
 * Opens a path for reading once, from start to end.
 * @param path `-` is standard input
 * @throws InputError if there is nothing at the path, or nothing that data can be read from
 */
export async function openRaw(path: string): Promise<RawStream> {
  if (isStandardInput(path)) return openStandardInput();
  let stats: Stats;
  try {
    stats = await stat(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  requireData(path, stats);
  if (stats.isFIFO()) return { where: path, stream: await openFifo(path), size: undefined };
  return { where: path, stream: createReadStream(path, { highWaterMark: 1 << 18 }), size: stats.size };
}

function requireData(where: string, stats: Stats): void {
  for (const [is, found, remedy] of KINDS) {
    if (is(stats)) throw new InputError({ where, expected: "a file or a pipe", found, remedy });
  }
}

/**
 * Opens a FIFO without waiting for a writer. Waiting would block a thread of libuv, and the process could not exit. As
 * a socket, the FIFO is polled by the event loop.
 */
async function openFifo(path: string): Promise<Readable> {
  try {
    // Not a FileHandle, which closes its descriptor when it is garbage-collected.
    const fd = await promisify(open)(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return new Socket({ fd, readable: true, writable: false });
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

let standardInputIsRead = false;

function openStandardInput(): RawStream {
  const fail = (found: string, remedy: string): never => {
    throw new InputError({ where: STANDARD_INPUT, expected: "data from a pipe or a file", found, remedy });
  };
  if (standardInputIsRead) fail("that it has been read already", "name it once");
  if (isatty(0)) fail("a terminal", "pipe the data in, or pass a file");
  let stats: Stats;
  try {
    stats = fstatSync(0);
  } catch {
    return fail("that it is closed", "pipe the data in, or pass a file");
  }
  // A parent process may use a socket as a pipe.
  if (!stats.isSocket()) requireData(STANDARD_INPUT, stats);
  standardInputIsRead = true;
  return { where: STANDARD_INPUT, stream: process.stdin, size: stats.isFile() ? stats.size : undefined };
}
