/**
 * Reads the directory at the end of a zip file, by PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.4. fflate reads it
 * too, but reports neither checksums nor encryption, and accepts entries that overlap or occur twice.
 */
import { excerpt, Field, type FieldSource } from "@scratch-nn/core/engine";

const END = 0x06054b50;
const END_BYTES = 22;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
/** The bytes of Zip64's end record and its locator. */
const ZIP64_BYTES = 56 + ZIP64_LOCATOR_BYTES;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
/** The most bytes of the comment at the end of the file. */
const MOST_COMMENT = 0xffff;
/** The marker in a field whose number is too large for it; Zip64 then has the number elsewhere. */
const ELSEWHERE = { words: 0xffffffff, halves: 0xffff };

const ENCRYPTED = 1;
export const STORED = 0;
export const DEFLATED = 8;

/** One file in a zip file. */
export interface ZipEntry {
  readonly name: string;
  readonly method: typeof STORED | typeof DEFLATED;
  readonly crc32: number;
  /** The bytes in the file, deflated or stored. */
  readonly bytes: Uint8Array;
  /** The number of inflated bytes, according to the directory. */
  readonly size: number;
}

/** Reads the entries of a zip file. @throws InputError if the directory is incomplete or not that of an npz */
export function readDirectory(source: FieldSource, file: Uint8Array): ZipEntry[] {
  const whole = new Field(source, file);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end =
    findEnd(view) ?? whole.fail("an npz, with a zip file's directory at its end", `${file.length} bytes without`);
  const count = view.getUint16(end + 10, true);
  const [length, start] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  if (count === ELSEWHERE.halves || length === ELSEWHERE.words || start === ELSEWHERE.words) {
    whole.fail("an npz of less than 65,535 arrays and 4 GiB", "one that says so by Zip64");
  }
  const isOnePart = view.getUint32(end + 4, true) === 0 && view.getUint16(end + 8, true) === count;
  if (!isOnePart) whole.fail("a zip file in one part", "one of several");
  const close = closeOf(view, end);
  if (start + length !== close) {
    whole.fail(`a directory that ends where its end is said, at ${close}`, `${start + length}`);
  }
  const entries: (ZipEntry & { readonly from: number; readonly to: number })[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > close || view.getUint32(at, true) !== ENTRY) {
      whole.fail(`a directory of ${count} entries`, `one that breaks off after ${i}`);
    }
    const next = at + ENTRY_BYTES + [28, 30, 32].reduce((sum, field) => sum + view.getUint16(at + field, true), 0);
    if (next > close) whole.fail(`a directory of ${count} entries`, `one that breaks off in entry ${i}`);
    entries.push(readEntry(source, file, { at, start }));
    at = next;
  }
  if (at !== close) whole.fail(`${count} entries in the directory`, "bytes behind them");
  requireApart(source, entries);
  return entries.map(({ from: _from, to: _to, ...entry }) => entry);
}

/** The offset of the last end record whose comment fills the rest of the file. */
function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MOST_COMMENT); at--) {
    if (view.getUint32(at, true) === END && view.getUint16(at + 20, true) === last - at) return at;
  }
  return undefined;
}

/**
 * The offset at which the directory ends: before Zip64's end record, which PyTorch writes even where it is not needed.
 */
function closeOf(view: DataView, end: number): number {
  const close = end - ZIP64_BYTES;
  const hasZip64 = close >= 0 && view.getUint32(close, true) === ZIP64_END;
  return hasZip64 && view.getUint32(end - ZIP64_LOCATOR_BYTES, true) === ZIP64_LOCATOR ? close : end;
}

/** @param at the offset of its record. @param start the offset of the directory, which follows the files */
function readEntry(
  source: FieldSource,
  file: Uint8Array,
  { at, start }: { readonly at: number; readonly start: number },
) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const half = (offset: number): number => view.getUint16(at + offset, true);
  const word = (offset: number): number => view.getUint32(at + offset, true);
  const [method, crc32, length, size, from] = [half(10), word(16), word(20), word(24), word(42)];
  const nameBytes = file.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + half(28));
  const name = textOf(nameBytes) ?? new Field(source, file).fail("names of arrays in UTF-8", "bytes that are none");
  const entry = new Field({ ...source, where: `${source.where}, ${excerpt(name)}` }, undefined);
  if (half(8) & ENCRYPTED) entry.fail("an array", "one that is encrypted");
  if ([length, size, from].includes(ELSEWHERE.words))
    entry.fail("an array of less than 4 GiB", "one that says so by Zip64");
  if (method !== STORED && method !== DEFLATED)
    entry.fail("bytes that are stored or deflated", `method ${method} of zip`);
  if (method === STORED && length !== size) entry.fail(`${length} bytes, as they are stored`, `${size}`);
  if (from + LOCAL_BYTES > start || view.getUint32(from, true) !== LOCAL) {
    entry.fail("an array where the directory says that it is", `something else at ${from}`);
  }
  const nameEnd = from + LOCAL_BYTES + view.getUint16(from + 26, true);
  const data = nameEnd + view.getUint16(from + 28, true);
  if (data + length > start) entry.fail(`${length} bytes in front of the directory`, `${Math.max(0, start - data)}`);
  const ownName = file.subarray(from + LOCAL_BYTES, nameEnd);
  const isSame = ownName.length === nameBytes.length && ownName.every((byte, i) => byte === nameBytes[i]);
  if (!isSame) entry.fail("the same name in the directory and before the array", "two");
  return {
    name,
    method: method as ZipEntry["method"],
    crc32,
    size,
    from,
    to: data + length,
    bytes: file.subarray(data, data + length),
  };
}

/** @throws InputError if two entries share bytes or a name */
function requireApart(
  source: FieldSource,
  entries: readonly { readonly name: string; readonly from: number; readonly to: number }[],
): void {
  const names = new Set<string>();
  const fail = (name: string, expected: string, found: string): never =>
    new Field({ ...source, where: `${source.where}, ${excerpt(name)}` }, undefined).fail(expected, found);
  for (const { name } of entries) {
    if (names.has(name)) fail(name, "each name once", "it twice");
    names.add(name);
  }
  let end = 0;
  for (const { name, from, to } of entries.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from < end) fail(name, `bytes of its own, from ${end}`, `bytes from ${from}, which are another's`);
    end = to;
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
