/** Writing to stdout, whoever reads it. */
import { fstatSync, writeSync } from "node:fs";
import { FailureError } from "./exit.ts";

/** Nobody reads stdout any more: a pipe that was closed (`| head`), a terminal that is gone. That is no failure. */
export class NobodyReadsError extends Error {
  override readonly name = "NobodyReadsError";
}

/**
 * Writes text to stdout, all of it.
 * @returns once it is written: what is computed meanwhile must not pile up in memory
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

/** Of a terminal that is gone, a write fails as of a disk that is broken. */
function isReaderGone(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException;
  return code === "EPIPE" || code === "ECONNRESET" || (code === "EIO" && process.stdout.isTTY === true);
}

function isFile(): boolean {
  const stats = fstatSync(1);
  return stats.isFile() || (stats.isCharacterDevice() && !process.stdout.isTTY);
}

/** Node's own stream takes a write for whole of which a disk had room for a part only. */
function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}

function writeToStream(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * What a terminal does not take at once waits in this process, not the process for it: one that shows nothing more, since its
 * user or its connection stopped it, must keep no run from going on, or from ending when it is told to. An error of
 * stderr is left to itself: there is nowhere to say it.
 */
export function neverWaitForTerminals(): void {
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever writes is told by the write's own error.
    stream.on("error", () => {});
    const { _handle: handle } = stream as { _handle?: { setBlocking?(blocks: boolean): unknown } };
    if (stream.isTTY) handle?.setBlocking?.(false);
  }
}
