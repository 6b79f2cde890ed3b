/** The bytes of CSV syntax. */

export const TAB = 0x09;
export const LINE_FEED = 0x0a;
export const RETURN = 0x0d;
export const BLANK = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;

/**
 * Returns the length in bytes of the UTF-8 blank at `at`: 1 to 3 for JavaScript's white space except line ends, 0 for
 * anything else. Does not read bytes from `end` on.
 */
export function blankLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at];
  if (first < 0x80) return first === BLANK || first === TAB || first === 0x0b || first === 0x0c ? 1 : 0;
  if (first === 0xc2) return at + 1 < end && bytes[at + 1] === 0xa0 ? 2 : 0;
  if (first < 0xe1 || first > 0xef || at + 2 >= end) return 0;
  const code = ((first & 0x0f) << 12) | ((bytes[at + 1] & 0x3f) << 6) | (bytes[at + 2] & 0x3f);
  return isWideBlank(code) ? 3 : 0;
}

/** Whether a code point from U+0800 on is white space. */
function isWideBlank(code: number): boolean {
  return (
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000 ||
    code === 0x1680 ||
    code === 0xfeff
  );
}
