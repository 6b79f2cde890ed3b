/** Inflates deflated bytes, up to the size in the directory. */
import { crc32, Field, type FieldSource } from "@scratch-nn/core/engine";
import { Inflate } from "fflate";
import { STORED, type ZipEntry } from "./directory.ts";

/** Deflated bytes to inflate at a time. They give at most 17 MB, because DEFLATE's ratio is at most 1032. */
const AT_ONCE = 2 ** 14;

/**
 * @param source names the entry
 * @returns its bytes; stored bytes are not copied
 * @throws InputError if the size or the checksum differs from the directory's, or the bytes are not valid DEFLATE
 */
export function inflateEntry(source: FieldSource, { method, bytes, size, crc32: expected }: ZipEntry): Uint8Array {
  const entry = new Field(source, bytes);
  const inflated = method === STORED ? bytes : inflate(entry, bytes, size);
  const found = crc32([inflated]);
  if (found !== expected) entry.fail(`bytes of the checksum ${hex(expected)}`, `damaged ones, of ${hex(found)}`);
  return inflated;
}

class TooLongError extends Error {}

function inflate(entry: Field, bytes: Uint8Array, size: number): Uint8Array {
  const inflated = new Uint8Array(size);
  let end = 0;
  const stream = new Inflate((some) => {
    if (end + some.length > size) throw new TooLongError();
    inflated.set(some, end);
    end += some.length;
  });
  try {
    for (let at = 0; at < bytes.length; at += AT_ONCE) {
      stream.push(bytes.subarray(at, at + AT_ONCE), at + AT_ONCE >= bytes.length);
    }
  } catch (error) {
    if (error instanceof TooLongError) entry.fail(`${size} bytes once they are inflated`, "more");
    entry.fail("deflated bytes", "bytes that are damaged or cut short");
  }
  return end === size ? inflated : entry.fail(`${size} bytes once they are inflated`, `${end}`);
}

const hex = (word: number): string => word.toString(16).padStart(8, "0");
