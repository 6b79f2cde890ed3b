/** What JSON.parse takes in silence, and no writer means: the same name twice, of which the last would count. */
import { excerpt } from "./excerpt.ts";

/** What this program writes has four levels; deeper ones cost JSON.parse a hundred times their length. */
const DEEPEST = 64;
/** Far more than the tensors of any network; JSON.parse takes half a minute for millions in one object. */
const MOST_NAMES = 2 ** 16;

/**
 * Looks through text that may be JSON, or not: that is for JSON.parse to find out.
 * @returns what is wrong with it; undefined for nothing
 */
export function jsonFault(text: string): { readonly expected: string; readonly found: string } | undefined {
  /** The names so far of each object around; of a list, none. */
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

/** Where the quotation mark is that ends a string; the end of the text where there is none. */
function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** A name may be written with escapes; what is no JSON is none. */
function parsed(quoted: string): string {
  try {
    return JSON.parse(quoted);
  } catch {
    return quoted;
  }
}
