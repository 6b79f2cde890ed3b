/** Compares spellings of words that a person reads as the same. */

import { unquoted } from "./quotes.ts";

/** Characters that a screen does not show: zero-width blanks and joiners, byte order marks, variation selectors. */
const INVISIBLE = /\p{Cf}|[\u{fe00}-\u{fe0f}]/gu;

/** The text as it looks: in one Unicode form, without invisible characters, and with single blanks. */
export function looksOf(text: string): string {
  return text.normalize("NFKC").replace(INVISIBLE, "").replace(/\s+/gu, " ").trim();
}

/** The same in lower case and without quotes: equal for words that hardly differ in anything else. */
export function foldedOf(text: string): string {
  const looks = looksOf(text);
  return (unquoted(looks) || looks).toLowerCase();
}
