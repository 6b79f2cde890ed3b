/** Finds the line `sep=;` from which Excel takes the delimiter. */
import { BLANK } from "./characters.ts";
import type { Head } from "./sample.ts";
import type { Delimiter } from "./table-layout.ts";

export interface SeparatorLine {
  readonly delimiter: Delimiter;
  /** The text with that line replaced by blanks, so that line numbers and offsets do not change. */
  readonly head: Head;
}

/** @returns undefined if there is no such line */
export function findSeparatorLine({ bytes, whole }: Head): SeparatorLine | undefined {
  const [line, delimiter] = /^"?sep=([,;\t| ])"?(?=[\r\n])/i.exec(bytes.toString("latin1", 0, 16)) ?? [];
  if (line === undefined) return undefined;
  return { delimiter: delimiter as Delimiter, head: { bytes: Buffer.from(bytes).fill(BLANK, 0, line.length), whole } };
}
