/**
 * Parses the header of an IDX file: two zero bytes, a type, the number of dimensions, and each dimension as an
 * unsigned 32-bit big-endian number. The data follow, big-endian, too (yann.lecun.com/exdb/mnist).
 */
import { InputError } from "@scratch-nn/core";
import { contentOf, hexOf } from "./content.ts";

/** A value type of IDX. */
export interface IdxType {
  /** The name in errors, such as "floats (0x0d)". */
  readonly name: string;
  /** The size of one value. */
  readonly bytes: number;
  read(view: DataView, at: number): number;
}

const TYPES: Readonly<Record<number, IdxType>> = {
  8: { name: "unsigned bytes (0x08)", bytes: 1, read: (view, at) => view.getUint8(at) },
  9: { name: "signed bytes (0x09)", bytes: 1, read: (view, at) => view.getInt8(at) },
  11: { name: "16-bit integers (0x0b)", bytes: 2, read: (view, at) => view.getInt16(at) },
  12: { name: "32-bit integers (0x0c)", bytes: 4, read: (view, at) => view.getInt32(at) },
  13: { name: "floats (0x0d)", bytes: 4, read: (view, at) => view.getFloat32(at) },
  14: { name: "doubles (0x0e)", bytes: 8, read: (view, at) => view.getFloat64(at) },
};

export const UNSIGNED_BYTES: IdxType = TYPES[8];

export interface IdxHeader {
  readonly type: IdxType;
  /** The dimensions: at least one, none of them 0. */
  readonly sizes: readonly number[];
  /** The length of the header: the offset of the data. */
  readonly bytes: number;
  /** The number of values: the product of the dimensions. */
  readonly values: number;
}

/** The longest header: the number of dimensions is one byte. */
export const LONGEST_HEADER = 4 + 4 * 255;

/** Whether a file begins like an IDX file. */
export function isIdx(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0 && head[1] === 0 && head[2] in TYPES && head[3] > 0;
}

/**
 * @param head the first LONGEST_HEADER bytes of the file, or all if it is shorter
 * @throws InputError that says what was found instead
 */
export function parseIdxHeader(path: string, head: Uint8Array): IdxHeader {
  const fail = (expected: string, found: string, remedy: string): never => {
    throw new InputError({ where: path, expected, found, remedy });
  };
  const again = "download or copy it again";
  if (head.length === 0) fail("an IDX file", "an empty file", again);
  if (head[0] !== 0 || (head.length > 1 && head[1] !== 0)) {
    const content = contentOf(head);
    const remedy = content?.remedy ?? "check that it is an IDX file, or download it again";
    fail("an IDX file, which begins with two zero bytes", content?.name ?? hexOf(head.subarray(0, 4)), remedy);
  }
  if (head.length < 4) fail("an IDX header of 8 bytes", `${head.length} bytes`, again);
  const [, , code, dimensions] = head;
  const type = TYPES[code];
  if (type === undefined) {
    const names = Object.values(TYPES).map(({ name }) => name);
    fail(
      `an IDX type: ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`,
      `0x${code.toString(16).padStart(2, "0")}`,
      "check that it is an IDX file, or write it with one of those types",
    );
  }
  if (dimensions === 0)
    fail("an IDX file of at least one dimension", `${type.name} of none`, "write it with its shape");
  const bytes = 4 + 4 * dimensions;
  if (head.length < bytes) fail(`an IDX header of ${bytes} bytes`, `${head.length} bytes`, again);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const sizes = Array.from({ length: dimensions }, (_, d) => view.getUint32(4 + 4 * d));
  const values = sizes.reduce((product, size) => product * size, 1);
  if (sizes.includes(0))
    fail("at least one example of at least one value", shapeOf(sizes), "write it with its examples");
  if (values * type.bytes > Number.MAX_SAFE_INTEGER) {
    fail("dimensions that a file can have", shapeOf(sizes), "check that it is an IDX file, or download it again");
  }
  return { type, sizes, bytes, values };
}

/** Formats dimensions as "60000 x 28 x 28"; shows at most six. */
export function shapeOf(sizes: readonly number[]): string {
  const shown = sizes.slice(0, 6).join(" x ");
  return sizes.length <= 6 ? shown : `${shown} x ... (${sizes.length} dimensions)`;
}
