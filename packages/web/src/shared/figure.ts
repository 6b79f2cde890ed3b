/** Formats numbers for the page. */

/** The minus sign, as wide as a digit. */
const MINUS = "−";

/**
 * Formats a number with three decimals, or one from 100 on. Below 0.0005 and from 10000 on it has one digit and a power
 * of ten. Exactly 0 is "0".
 */
export function figure(value: number): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : `${MINUS}∞`;
  const size = Math.abs(value);
  const text =
    size < 0.0005 || size >= 10000
      ? size.toExponential(0).replace("e-", `e${MINUS}`).replace("e+", "e")
      : size.toFixed(size < 100 ? 3 : 1);
  return value < 0 ? MINUS + text : text;
}

const numbers = new Float32Array(1);
const words = new Uint32Array(numbers.buffer);

/** The bits of an f32 as eight hexadecimal digits. */
export function bitsOf(value: number): string {
  numbers[0] = value;
  return words[0].toString(16).padStart(8, "0");
}

/** A 32-bit hash that distinguishes arrays of numbers: FNV-1a of their bytes, as eight hexadecimal digits. */
export function fingerprint(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
