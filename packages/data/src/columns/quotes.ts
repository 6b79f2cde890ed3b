/** Recognises quotes that are part of a cell: single or typographic ones, as only " quotes a cell of a table. */

/** Opening quotes, each with the closing ones that follow it in some language. */
const CLOSING: ReadonlyMap<string, string> = new Map([
  ["'", "'"],
  ['"', '"'],
  ["`", "`'\u00b4"],
  ["\u00b4", "\u00b4"],
  ["\u2018", "\u2019"],
  ["\u2019", "\u2019"],
  ["\u201a", "\u2018\u2019"],
  ["\u201c", "\u201d"],
  ["\u201d", "\u201d"],
  ["\u201e", "\u201c\u201d"],
  ["\u00ab", "\u00bb"],
  ["\u00bb", "\u00ab"],
  ["\u2039", "\u203a"],
  ["\u203a", "\u2039"],
]);

/** @returns the text between quotes; undefined if the word is not in quotes */
export function unquoted(word: string): string | undefined {
  if (word.length < 2 || !CLOSING.get(word[0])?.includes(word[word.length - 1])) return undefined;
  return word.slice(1, -1).trim();
}

/** Returns a remark on values that are all in quotes; undefined if not all are. @param what the subject of the remark */
export function describeQuotes(what: string, words: readonly string[]): string | undefined {
  if (words.length === 0 || !words.every((word) => unquoted(word) !== undefined)) return undefined;
  return `${what} are in quotes (${words[0][0]}), which are part of them: only " quotes a cell`;
}
