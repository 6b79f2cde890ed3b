/** Converts floating-point numbers of other programs to f32 or f64. */

export type ElementType = "F16" | "BF16" | "F32" | "F64";

export const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = { F16: 2, BF16: 2, F32: 4, F64: 8 };

/**
 * @param bytes a whole number of elements
 * @returns the same numbers: f64 for F64, else f32
 */
export function readElements(
  type: ElementType,
  bytes: Uint8Array,
  isLittleEndian: boolean,
): Float32Array | Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = ELEMENT_BYTES[type];
  const count = bytes.length / size;
  const values = type === "F64" ? new Float64Array(count) : new Float32Array(count);
  const read = READERS[type];
  for (let i = 0; i < count; i++) values[i] = read(view, i * size, isLittleEndian);
  return values;
}

const READERS: Readonly<Record<ElementType, (view: DataView, at: number, isLittleEndian: boolean) => number>> = {
  F16: (view, at, isLittleEndian) => half(view.getUint16(at, isLittleEndian)),
  BF16: (view, at, isLittleEndian) => brainFloat(view.getUint16(at, isLittleEndian)),
  F32: (view, at, isLittleEndian) => view.getFloat32(at, isLittleEndian),
  F64: (view, at, isLittleEndian) => view.getFloat64(at, isLittleEndian),
};

/** Decodes IEEE 754 binary16: 1 sign bit, 5 bits of exponent, 10 bits of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const WORD = new DataView(new ArrayBuffer(4));

/** Decodes bfloat16, the upper half of an f32. */
function brainFloat(bits: number): number {
  WORD.setUint32(0, bits << 16);
  return WORD.getFloat32(0);
}
