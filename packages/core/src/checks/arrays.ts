/**
 * Checks for typed arrays of any realm: those of an iframe or a vm context are not instances of this realm's classes.
 */

const tag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!;

/** The name of a typed array's type, such as `Uint8Array`; undefined for any other value, whatever it claims to be. */
export function typedArrayName(value: unknown): string | undefined {
  return tag.get!.call(value);
}

/**
 * Returns a view of the bytes of a byte array or a buffer, without a copy.
 * @returns undefined where the value is neither
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  const name = typedArrayName(value) ?? Object.prototype.toString.call(value).slice("[object ".length, -1);
  try {
    if (name === "ArrayBuffer" || name === "SharedArrayBuffer") return new Uint8Array(value as ArrayBuffer);
    if (name !== "Uint8Array" && name !== "Uint8ClampedArray") return undefined;
    const { buffer, byteOffset, length } = value as Uint8Array;
    return new Uint8Array(buffer, byteOffset, length);
  } catch {
    // The memory was transferred to another thread, or the value only claims to be a buffer.
    return undefined;
  }
}

/** An array of numbers, of any realm. */
export type Numbers =
  | readonly number[]
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** @returns the array itself if it holds only numbers; undefined for BigInt arrays and for any other value */
export function numbersOf(value: unknown): ArrayLike<number> | undefined {
  const name = typedArrayName(value);
  if (name !== undefined) return name.startsWith("Big") ? undefined : (value as ArrayLike<number>);
  const isNumbers = Array.isArray(value) && value.every((x) => typeof x === "number");
  return isNumbers ? value : undefined;
}
