/** Typed arrays of any realm: those of an iframe or a vm context are no instances of this one's classes. */

const tag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!;

/** `Uint8Array` and so on; undefined for what is no typed array, whatever it says of itself. */
export function typedArrayName(value: unknown): string | undefined {
  return tag.get!.call(value);
}

/**
 * The bytes of a byte array or a buffer, not copied.
 * @returns undefined where it is neither
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  const name = typedArrayName(value) ?? Object.prototype.toString.call(value).slice("[object ".length, -1);
  try {
    if (name === "ArrayBuffer" || name === "SharedArrayBuffer") return new Uint8Array(value as ArrayBuffer);
    if (name !== "Uint8Array" && name !== "Uint8ClampedArray") return undefined;
    const { buffer, byteOffset, length } = value as Uint8Array;
    return new Uint8Array(buffer, byteOffset, length);
  } catch {
    // Its memory has gone to another thread, or it is none.
    return undefined;
  }
}

/** Numbers in a row, of any realm. */
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

/** @returns the array itself if it holds numbers only; undefined for BigInt arrays and all that is none */
export function numbersOf(value: unknown): ArrayLike<number> | undefined {
  const name = typedArrayName(value);
  if (name !== undefined) return name.startsWith("Big") ? undefined : (value as ArrayLike<number>);
  const isNumbers = Array.isArray(value) && value.every((x) => typeof x === "number");
  return isNumbers ? value : undefined;
}
