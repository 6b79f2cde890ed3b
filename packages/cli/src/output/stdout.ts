/** Writes to stdout, whatever its reader does. */
import { fstatSync, writeSync } from "node:fs";
import { FailureError } from "./exit.ts";

/** The reader of stdout is gone: a closed pipe (`| head`), or a closed terminal. This is not a failure. */
export class NobodyReadsError extends Error {
  override readonly name = "NobodyReadsError";
}

/**
 * Writes the whole text to stdout.
 * @returns once the text is written, so that the caller's output does not accumulate in memory
 * @throws NobodyReadsError; FailureError where a disk is full or broken
 */
export async function print(text: string): Promise<void> {
  if (text === "") return;
  try {
    if (isFile()) writeAll(Buffer.from(text));
    else await writeToStream(text);
  } catch (cause) {
    if (isReaderGone(cause)) throw new NobodyReadsError("nobody reads stdout", { cause });
    throw new FailureError(`what was to be printed could not be written: ${(cause as Error).message}`, { cause });
  }
}

/** A closed terminal fails with the same error code as a broken disk. */
function isReaderGone(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException;
  return code === "EPIPE" || code === "ECONNRESET" || (code === "EIO" && process.stdout.isTTY === true);
}

function isFile(): boolean {
  const stats = fstatSync(1);
  return stats.isFile() || (stats.isCharacterDevice() && !process.stdout.isTTY);
}

/** Node's own stream treats a partial write to a full disk as complete. */
function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}

function writeToStream(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * Makes writes to terminals non-blocking; unwritten output waits in the process's buffer. A terminal that the user or a
 * connection has stopped must not block a run, nor its end on request. Errors of stderr are ignored: there is nowhere
 * to report them.
 */
export function neverWaitForTerminals(): void {
  for (const stream of [process.stdout, process.stderr]) {
    // The write's own error informs the writer.
    stream.on("error", () => {});
    const { _handle: handle } = stream as { _handle?: { setBlocking?(blocks: boolean): unknown } };
    if (stream.isTTY) handle?.setBlocking?.(false);
  }
}
