/** Deflated bytes, inflated as far as was said, and no further. */
import { crc32, Field, type FieldSource } from "@scratch-nn/core/engine";
import { Inflate } from "fflate";
import { STORED, type ZipEntry } from "./directory.ts";

/** Deflated bytes that are inflated at a time: to 17 MB at most, since nothing is deflated more than 1032 times. */
const AT_ONCE = 2 ** 14;

/**
 * @param source names the entry
 * @returns its bytes; those of one that is stored are not copied
 * @throws InputError where they are more or fewer than the directory says, others than its checksum says, or no DEFLATE
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
