/** Compares spellings of words that a person reads as the same. */

/** Characters that a screen does not show: zero-width blanks and joiners, byte order marks, variation selectors. */
const INVISIBLE = /\p{Cf}|[\u{fe00}-\u{fe0f}]/gu;

/** The text as it looks: in one Unicode form, without invisible characters, and with single blanks. */
export function looksOf(text: string): string {
  return text.normalize("NFKC").replace(INVISIBLE, "").replace(/\s+/gu, " ").trim();
}

/** The same in lower case: equal for words that differ only in capitals or in characters that look alike. */
export function foldedOf(text: string): string {
  return looksOf(text).toLowerCase();
}
