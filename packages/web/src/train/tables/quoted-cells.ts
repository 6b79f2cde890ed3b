/**
 * The cells of rows with quotes, where fast-csv, which is a stream of Node, does not run: what packages/data asks of it.
 * It is given whole rows that the scanner has found, so that a quote that never closes does not come. A quote counts only
 * where a cell begins, blanks before it or not.
 */

/** @returns undefined where something stands behind a closing quote that is no delimiter */
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

/** The place of the first character that is no blank; line ends and delimiters are none. */
function skipBlanks(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== delimiter && !isLineEnd(text[at]) && text[at].trim() === "") at++;
  return at;
}

/** The place of the quote that is not doubled; -1 where there is none. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}
