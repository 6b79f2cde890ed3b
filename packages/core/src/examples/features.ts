/** Converts the caller's X into the form that the kernels read. */
import { type Numbers, typedArrayName } from "../checks/arrays.ts";
import { InputError, requirePositive } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";

/** Checked features. */
export interface Features {
  /** [inputs, m], with m above 0; f32 are finite. */
  readonly X: Uint8Array | Float32Array;
  /** The factor of the features, an f32. */
  readonly scale: number;
}

/**
 * Checks X. Bytes and f32 are used in place; other numbers are converted to f32.
 * @param scale as in Examples
 * @throws InputError when X is not an array of numbers or not a whole number of columns, a number is not finite as an
 *   f32, or the scale is not above 0
 */
export function checkFeatures(X: Numbers, scale: number | undefined, inputs: number): Features {
  const name = Array.isArray(X) ? "Array" : typedArrayName(X);
  switch (name) {
    case "Uint8Array":
    case "Uint8ClampedArray":
      requireColumns(X.length, inputs);
      return { X: viewOf(Uint8Array, X as Uint8Array), scale: factorOf(scale, 1 / 255) };
    case "Float32Array": {
      requireColumns(X.length, inputs);
      const floats = viewOf(Float32Array, X as Float32Array);
      const bad = floats.findIndex((x) => !Number.isFinite(x));
      if (bad >= 0) throw wrongFeature(X[bad], bad, inputs);
      return { X: floats, scale: factorOf(scale, 1) };
    }
    case "Array":
    case "Float16Array":
    case "Float64Array":
      requireColumns(X.length, inputs);
      return { X: converted(X, inputs), scale: factorOf(scale, 1) };
    case "Int8Array":
    case "Int16Array":
    case "Uint16Array":
    case "Int32Array":
    case "Uint32Array":
      requireColumns(X.length, inputs);
      // These may be pixels of 16 bits, counts or anything else, so there is no suitable default.
      if (scale === undefined) throw noScale(name);
      return { X: converted(X, inputs), scale: factorOf(scale, 1) };
    default:
      throw new InputError({
        where: "X",
        expected: "an array of numbers, such as a Uint8Array or a Float32Array",
        found: describeValue(X),
        remedy: "pass [inputs, m], column after column",
      });
  }
}

/** Returns the array itself, or a view of the same memory where it is of another class or realm. */
function viewOf<View extends Uint8Array | Float32Array>(
  View: new (buffer: ArrayBufferLike, byteOffset: number, length: number) => View,
  array: View,
): View {
  if (array instanceof View) return array;
  const { buffer, byteOffset, length } = array;
  return new View(buffer, byteOffset, length);
}

function factorOf(scale: number | undefined, byDefault: number): number {
  return Math.fround(scale === undefined ? byDefault : requirePositive("scale", scale, 1));
}

function requireColumns(length: number, inputs: number): void {
  if (length > 0 && length % inputs === 0) return;
  throw new InputError({
    where: "X",
    expected: `one or more columns of ${inputs} features`,
    found: `${length} numbers`,
    remedy: "pass [inputs, m], column after column, with the network's inputs",
  });
}

function converted(X: ArrayLike<unknown>, inputs: number): Float32Array {
  const floats = new Float32Array(X.length);
  for (let i = 0; i < floats.length; i++) {
    const x = X[i];
    if (typeof x !== "number") throw wrongFeature(x, i, inputs);
    floats[i] = x;
    if (!Number.isFinite(floats[i])) throw wrongFeature(x, i, inputs);
  }
  return floats;
}

function wrongFeature(value: unknown, at: number, inputs: number): InputError {
  const isNested = typeof value === "object" && value !== null;
  return new InputError({
    where: `X, column ${Math.floor(at / inputs)}, feature ${at % inputs}`,
    expected: Number.isFinite(value) ? "a number that fits a 32-bit float" : "a finite number",
    found: describeValue(value),
    remedy: isNested ? "pass numbers one behind the other, X.flat() say" : "repair or leave out that example",
  });
}

function noScale(name: string): InputError {
  return new InputError({
    where: "scale",
    expected: `a number, since X is of type ${name}`,
    found: "none",
    remedy: "pass scale: 1 for numbers as they are, 1/65535 for pixels of 16 bits; bytes and floats need none",
  });
}
