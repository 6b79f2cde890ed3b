/** The line `sep=;` that Excel takes the delimiter from. */
import { BLANK } from "./characters.ts";
import type { Head } from "./sample.ts";
import type { Delimiter } from "./table-layout.ts";

export interface SeparatorLine {
  readonly delimiter: Delimiter;
  /** The text with that line left blank, which is no row: all lines and bytes stay where they are. */
  readonly head: Head;
}

/** @returns undefined where there is no such line */
export function findSeparatorLine({ bytes, whole }: Head): SeparatorLine | undefined {
  const [line, delimiter] = /^"?sep=([,;\t| ])"?(?=[\r\n])/i.exec(bytes.toString("latin1", 0, 16)) ?? [];
  if (line === undefined) return undefined;
  return { delimiter: delimiter as Delimiter, head: { bytes: Buffer.from(bytes).fill(BLANK, 0, line.length), whole } };
}
