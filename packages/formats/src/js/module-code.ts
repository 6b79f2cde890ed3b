/** Assembles the code of an exported module from the parts that its model needs, in their original order. */
import { ENTRIES, PARTS } from "./runtime-parts.ts";

export type Entry = keyof typeof ENTRIES;

/** The name of an entry in the code. */
export const codeName = (entry: Entry): string => ENTRIES[entry][0];

/** @returns the statements on one line */
export function codeOf(entries: Iterable<Entry>): string {
  const wanted = new Set<number>();
  const queue = Array.from(entries, (entry): number => ENTRIES[entry][1]);
  for (let part = queue.pop(); part !== undefined; part = queue.pop()) {
    if (wanted.has(part)) continue;
    wanted.add(part);
    queue.push(...(PARTS[part].slice(1) as number[]));
  }
  const statements = PARTS.filter((_, part) => wanted.has(part)).map(([code]) => code);
  let text = "";
  let isVariable = false;
  for (const code of statements) {
    // Merges var a=1;var b=2; into var a=1,b=2;
    const isNext = /^var\b/.test(code);
    text = isVariable && isNext ? `${text.slice(0, -1)},${code.slice("var".length).trimStart()}` : text + code;
    isVariable = isNext;
  }
  return text;
}
