/** Recognises the line of dashes below the header, as in Markdown and in the output of SQL programs. */
import type { Delimiter } from "./table-layout.ts";

const DASHES = /^:?-{2,}:?$/;
/** In Markdown one dash is enough. Elsewhere it marks a missing cell. */
const MARKDOWN = /^:?-+:?$/;

/** Whether all cells of a row are dashes, except the empty ones before the first bar and behind the last. */
export function areDashes(cells: readonly string[], delimiter: Delimiter): boolean {
  const isMarkdown = delimiter === "|" && cells.length > 2 && cells[0] === "" && cells.at(-1) === "";
  const inner = isMarkdown ? cells.slice(1, -1) : cells;
  return inner.every((cell) => (isMarkdown ? MARKDOWN : DASHES).test(cell));
}
