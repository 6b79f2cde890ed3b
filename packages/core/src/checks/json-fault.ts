/** Detects faults that JSON.parse accepts silently, such as the same name twice, of which the last would count. */
import { excerpt } from "./excerpt.ts";

/** This program writes four levels; deeper ones cost JSON.parse a hundred times their length. */
const DEEPEST = 64;
/** Far more names than the tensors of any network; JSON.parse takes half a minute for millions in one object. */
const MOST_NAMES = 2 ** 16;

/**
 * Scans text that may or may not be valid JSON; JSON.parse checks the syntax.
 * @returns the fault; undefined for none
 */
export function jsonFault(text: string): { readonly expected: string; readonly found: string } | undefined {
  /** The names so far in each enclosing object; always empty for a list. */
  const around: Set<string>[] = [];
  /** The last string, in quotation marks. */
  let quoted = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const begin = at;
      at = endOfString(text, at);
      quoted = text.slice(begin, at + 1);
    } else if (character === "{" || character === "[") {
      if (around.push(new Set()) > DEEPEST) return { expected: `JSON of at most ${DEEPEST} levels`, found: "more" };
    } else if (character === "}" || character === "]") {
      around.pop();
    } else if (character === ":") {
      const names = around.at(-1);
      const name = parsed(quoted);
      if (names?.has(name)) return { expected: "each name once", found: `${excerpt(name)} twice` };
      if (names && names.add(name).size > MOST_NAMES) {
        return { expected: `at most ${MOST_NAMES} names in an object`, found: "more" };
      }
    }
  }
  return undefined;
}

/** The index of the quotation mark that ends a string; the length of the text where there is none. */
function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** Decodes a name with escapes; text that is not JSON stays unchanged. */
function parsed(quoted: string): string {
  try {
    return JSON.parse(quoted);
  } catch {
    return quoted;
  }
}
