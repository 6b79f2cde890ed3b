/** Streams the data of an IDX file, plain or gzipped, and checks their length against the header. */
import { InputError } from "@scratch-nn/core";
import { type DataFile, inspectFile, readChunks } from "../sources/files.ts";
import { type IdxHeader, LONGEST_HEADER, parseIdxHeader, shapeOf } from "./idx-header.ts";

export interface IdxFile {
  readonly file: DataFile;
  readonly header: IdxHeader;
}

/** The most bytes that deflate makes of one byte; it bounds the data that a gzipped file can hold. */
const MOST_INFLATED = 1032;

/**
 * Opens a file and reads its header.
 * @throws InputError if it is not IDX, or if the header states more or less data than the file can hold
 */
export async function openIdx(path: string): Promise<IdxFile> {
  const file = await inspectFile(path);
  const header = parseIdxHeader(path, await readHead(file, LONGEST_HEADER));
  const idx = { file, header };
  const bytes = header.bytes + header.values * header.type.bytes;
  if (file.gzipped ? bytes > MOST_INFLATED * file.size : bytes !== file.size) {
    throw lengthFault(idx, bytes, file.gzipped ? `${file.size} bytes of gzip` : `${file.size}`, bytes > file.size);
  }
  return idx;
}

/** Reads the first bytes of a file, decompressed if it is gzipped. */
export async function readHead(file: DataFile, most: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of readChunks(file)) {
    parts.push(chunk);
    bytes += chunk.length;
    if (bytes >= most) break;
  }
  return Buffer.concat(parts).subarray(0, most);
}

/**
 * Yields the raw bytes of the first `values` values, in blocks of whole values. A gzipped file is read to its end to
 * check its length; the length of a plain file is known.
 * @throws InputError during iteration if the data are shorter or longer than the header states
 */
export async function* readBlocks(idx: IdxFile, values: number): AsyncGenerator<Buffer> {
  const { file, header } = idx;
  const { bytes: size } = header.type;
  const end = header.bytes + values * size;
  let position = 0;
  let left: Buffer = Buffer.alloc(0);
  for await (const chunk of readChunks(file)) {
    const from = Math.max(0, header.bytes - position);
    const to = Math.min(chunk.length, end - position);
    position += chunk.length;
    if (from < to) {
      const data = left.length === 0 ? chunk.subarray(from, to) : Buffer.concat([left, chunk.subarray(from, to)]);
      const whole = data.length - (data.length % size);
      left = data.subarray(whole);
      if (whole > 0) yield data.subarray(0, whole);
    }
    if (!file.gzipped && position >= end) return;
  }
  const expected = header.bytes + header.values * size;
  if (position !== expected) throw lengthFault(idx, expected, `${position}`, position < expected);
}

/** Calls `visit` with each of the first `count` values as a number, and its index in the data. */
export async function forEachValue(
  idx: IdxFile,
  count: number,
  visit: (value: number, place: number) => void,
): Promise<void> {
  const { type } = idx.header;
  let place = 0;
  for await (const block of readBlocks(idx, count)) {
    const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    for (let at = 0; at < block.length; at += type.bytes) visit(type.read(view, at), place++);
  }
}

function lengthFault({ file, header }: IdxFile, expected: number, found: string, isShort: boolean): InputError {
  return new InputError({
    where: file.path,
    expected: `${expected} bytes for ${shapeOf(header.sizes)} ${header.type.name}`,
    found: `${found}, so it ${isShort ? "is cut short" : "has something more"}`,
    remedy: "download or copy it again, or write it with its true shape",
  });
}
