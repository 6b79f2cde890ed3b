/**
 * Splits rows with quotes into cells. It replaces fast-csv, which needs Node's streams, and does what packages/data
 * requires of it. Its input is whole rows that the scanner has found, so no quote stays open. A quote counts only at
 * the start of a cell, possibly after blanks.
 */

/** @returns undefined if a closing quote is followed by other text before the next delimiter */
export function cellsOfQuoted(text: string, delimiter: string): string[][] | undefined {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length; ) {
    const begin = skipBlanks(text, at, delimiter);
    let cell: string;
    if (text[begin] === '"') {
      const end = closingQuote(text, begin + 1);
      if (end < 0) return undefined;
      cell = text.slice(begin + 1, end).replaceAll('""', '"');
      at = skipBlanks(text, end + 1, delimiter);
      if (at < text.length && text[at] !== delimiter && !isLineEnd(text[at])) return undefined;
    } else {
      let end = at;
      while (end < text.length && text[end] !== delimiter && !isLineEnd(text[end])) end++;
      cell = text.slice(at, end);
      at = end;
    }
    row.push(cell);
    if (text[at] === delimiter) {
      at++;
      if (at < text.length && !isLineEnd(text[at])) continue;
      row.push("");
    }
    if (text[at] === "\r" && text[at + 1] === "\n") at++;
    at++;
    rows.push(row);
    row = [];
  }
  return rows;
}

function isLineEnd(character: string | undefined): boolean {
  return character === "\n" || character === "\r";
}

/** The index of the first character that is not a blank. Line ends and delimiters are not blanks. */
function skipBlanks(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== delimiter && !isLineEnd(text[at]) && text[at].trim() === "") at++;
  return at;
}

/** The index of the next quote that is not doubled; -1 if there is none. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}
