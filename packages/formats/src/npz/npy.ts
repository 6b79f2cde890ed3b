/**
 * Reads and writes NumPy's npy format, by its specification (numpy.lib.format): a magic string, a version, the header's
 * length, the header (a dictionary in Python's syntax), and the numbers.
 */
import { excerpt, Field, type FieldSource } from "@scratch-nn/core/engine";
import { type ElementType, readElements } from "../element-types.ts";
import { describeShape, sizeOf } from "../named-array.ts";

export const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
/** NumPy refuses longer headers too; those that it writes have about a hundred bytes. */
const MOST_HEADER = 10_000;
/** NumPy refuses more dimensions too. */
const MOST_DIMENSIONS = 64;
const ALIGNMENT = 64;

/** NumPy's type name of bytes. */
export const BYTES = "|u1";
const TYPES: Readonly<Record<string, ElementType>> = { f2: "F16", f4: "F32", f8: "F64" };

/** An array in a file. */
export interface NpyArray {
  /** NumPy's type name: "<f4". */
  readonly descr: string;
  readonly isFortranOrder: boolean;
  readonly shape: readonly number[];
  /** The elements: as many bytes as shape and type require. */
  readonly data: Uint8Array;
}

export const isNpy = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

/**
 * Reads an array.
 * @throws InputError if the header is invalid, or the data are not as many numbers as the shape says
 */
export function readNpy(source: FieldSource, bytes: Uint8Array): NpyArray {
  const whole = new Field(source, bytes);
  if (!isNpy(bytes) || bytes.length < 12)
    whole.fail("an array in NumPy's npy format", `${bytes.length} bytes of another`);
  const [major, minor] = [bytes[6], bytes[7]];
  if (major < 1 || major > 3 || minor !== 0) whole.fail("version 1.0, 2.0 or 3.0 of npy", `${major}.${minor}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [start, length] = major === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (length > MOST_HEADER || start + length > bytes.length) {
    whole.fail(
      `a header of at most ${MOST_HEADER} bytes within the array`,
      `one of ${length} in ${bytes.length} bytes`,
    );
  }
  const text = String.fromCharCode(...bytes.subarray(start, start + length));
  const array = { ...readNpyHeader(new Field(source, text, "header")), data: bytes.subarray(start + length) };
  requireBytes(source, array);
  return array;
}

/** @param header a field with the header's text */
function readNpyHeader(header: Field): Omit<NpyArray, "data"> {
  const text = header.string();
  const fail = (found: string): never => header.fail("{'descr': ..., 'fortran_order': ..., 'shape': ...}", found);
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text) ?? undefined;
    if (found) at = pattern.lastIndex;
    return found;
  };
  const expect = (pattern: RegExp): RegExpExecArray => take(pattern) ?? fail(excerpt(text.slice(at)));
  const values = new Map<string, string>();
  expect(/\s*\{\s*/y);
  while (!take(/\}\s*$/y)) {
    const key = expect(/(?:'(\w+)'|"(\w+)")\s*:\s*/y);
    const name = key[1] ?? key[2];
    const pattern = Object.hasOwn(VALUES, name) ? VALUES[name as keyof typeof VALUES] : fail(excerpt(name));
    if (values.has(name)) fail(`${name} twice`);
    const value = expect(new RegExp(pattern, "y"));
    values.set(name, value[1] ?? value[2]);
    if (!take(/\s*,\s*/y) && !/^\s*\}/.test(text.slice(at))) fail(excerpt(text.slice(at)));
    take(/\s+/y);
  }
  const said = (name: keyof typeof VALUES): string => values.get(name) ?? fail(`one without ${name}`);
  const lengths = said("shape")
    .split(",")
    .map((part) => part.trim());
  // A tuple of one element ends with a comma; a longer one may.
  if (lengths.at(-1) === "") lengths.pop();
  else if (lengths.length === 1) fail(`the shape ${excerpt(lengths[0])}`);
  const odd = lengths.find((length) => !/^(0|[1-9][0-9]*)$/.test(length));
  if (odd !== undefined) fail(`the length ${excerpt(odd)}`);
  const shape = lengths.map(Number);
  if (shape.length > MOST_DIMENSIONS) fail(`${shape.length} dimensions`);
  if (sizeOf(shape) === Number.POSITIVE_INFINITY) fail(`the shape ${excerpt(describeShape(shape))}`);
  return { descr: said("descr"), isFortranOrder: said("fortran_order") === "True", shape };
}

/** The syntax of each value. Weights have no structured types, so descr is not a list. */
const VALUES = {
  descr: /'([^'\\]*)'|"([^"\\]*)"/,
  fortran_order: /(True|False)/,
  shape: /\(([\d\s,]*)\)/,
} as const;

/**
 * Decodes the numbers of an array, row after row.
 * @throws InputError if they are not floating-point numbers
 */
export function readNpyNumbers(
  source: FieldSource,
  { descr, shape, data, isFortranOrder }: NpyArray,
): Float32Array | Float64Array {
  const type = Object.hasOwn(TYPES, descr.slice(1)) ? TYPES[descr.slice(1)] : undefined;
  if (type === undefined) return new Field(source, undefined).fail("numbers of float16, float32 or float64", descr);
  const values = readElements(type, data, descr[0] === "<");
  return isFortranOrder && shape.length > 1 ? inRows(values, shape) : values;
}

/** The bytes of an element. @returns NaN for a type that is not a number */
function bytesOf(descr: string): number {
  const found = NUMBERS.exec(descr);
  return Number(found?.[1] ?? found?.[2]);
}

/** Types of numbers of any kind, with their bytes. */
const NUMBERS = /^(?:[<>][biufc]([1-9][0-9]?)|\|[biu](1))$/;

/** @throws InputError if the number of bytes does not match the shape, or the type has no fixed size */
function requireBytes(source: FieldSource, { descr, shape, data }: NpyArray): void {
  const bytes = bytesOf(descr) * sizeOf(shape);
  if (Number.isNaN(bytes)) {
    const remedy =
      descr === "|O" ? "objects are pickled, and those are never read: save arrays of float32" : source.remedy;
    new Field({ ...source, remedy }, undefined).fail("numbers", `the type ${excerpt(descr)}`);
  }
  if (data.length !== bytes) {
    new Field(source, undefined).fail(`${bytes} bytes, for the shape ${describeShape(shape)}`, `${data.length}`);
  }
}

/** Reorders values from column-major order, where the first index runs fastest, to row-major order. */
function inRows<Values extends Float32Array | Float64Array>(values: Values, shape: readonly number[]): Values {
  const rows = values.slice() as Values;
  const index = shape.map(() => 0);
  for (let i = 0; i < values.length; i++) {
    let to = 0;
    for (const [d, length] of shape.entries()) to = to * length + index[d];
    rows[to] = values[i];
    for (let d = 0; d < shape.length; d++) {
      index[d] += 1;
      if (index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
  return rows;
}

/** Writes an npy file. @param data elements of that type, row after row */
export function npyBytes(descr: string, shape: readonly number[], data: Uint8Array): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT - 10;
  const file = new Uint8Array(10 + length + data.length);
  file.set(MAGIC);
  file.set([1, 0, length & 0xff, length >> 8], MAGIC.length);
  const header = `${dictionary.padEnd(length - 1)}\n`;
  for (let i = 0; i < length; i++) file[10 + i] = header.charCodeAt(i);
  file.set(data, 10 + length);
  return file;
}
