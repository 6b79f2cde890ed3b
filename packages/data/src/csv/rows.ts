/** Text to rows by fast-csv. */
import { Readable } from "node:stream";
import { parse } from "fast-csv";

/** The rows of a text; blank lines are empty rows. */
export async function* parseRows(text: Readable): AsyncGenerator<string[]> {
  const rows = parse({ headers: false, ignoreEmpty: false });
  // `pipe` hands neither errors on nor the end of interest back.
  text.on("error", (error) => rows.destroy(error));
  try {
    yield* text.pipe(rows) as AsyncIterable<string[]>;
  } finally {
    text.destroy();
  }
}

/** Whether fast-csv could not make rows of the text. */
export function isParseError(error: unknown): error is Error {
  return error instanceof Error && error.message.startsWith("Parse Error");
}

/** What fast-csv expected and found; it adds the rest of the text, which says nothing more. */
export function describeParseError(error: Error): { readonly expected: string; readonly found: string } {
  const found = error.message.replace(/^Parse Error: /, "").replace(/ at '.*$/s, "");
  return { expected: "a row of comma-separated values", found };
}

/** How many lines a row takes beyond one. */
export function lineBreaks(row: readonly string[]): number {
  let breaks = 0;
  for (const cell of row) {
    for (let at = cell.indexOf("\n"); at >= 0; at = cell.indexOf("\n", at + 1)) breaks++;
  }
  return breaks;
}

/** The text line by line, each with its line end, so that rows before a fault come out of the parser. */
export function lines(text: Readable): Readable {
  return Readable.from(splitLines(text));
}

async function* splitLines(text: Readable): AsyncGenerator<string> {
  let rest = "";
  text.setEncoding("utf8");
  for await (const chunk of text as AsyncIterable<string>) {
    const parts = (rest + chunk).split(/(?<=\n)/);
    rest = parts.pop() ?? "";
    yield* parts;
  }
  yield rest;
}
