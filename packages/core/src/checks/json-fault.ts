/** What JSON.parse takes in silence, and no writer means: the same name twice, of which the last would count. */
import { excerpt } from "./excerpt.ts";

/** What this program writes has four levels; deeper ones cost JSON.parse a hundred times their length. */
const DEEPEST = 64;
/** Far more than the tensors of any network; JSON.parse takes half a minute for millions in one object. */
const MOST_NAMES = 2 ** 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENS_LIST = 0x5b;
const CLOSES_LIST = 0x5d;
const OPENS_OBJECT = 0x7b;
const CLOSES_OBJECT = 0x7d;

/**
 * Looks through text that may be JSON, or not: that is for JSON.parse to find out.
 * @returns what is wrong with it; undefined for nothing
 */
export function jsonFault(text: string): { readonly expected: string; readonly found: string } | undefined {
  /** The names so far of each object around, undefined for a list. */
  const around: (Set<string> | undefined)[] = [];
  /** The last string since a comma, with its quotation marks. */
  let begin = 0;
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        begin = at;
        at = endOfString(text, at);
        end = at + 1;
        break;
      case COLON: {
        const name = nameIn(text.slice(begin, end));
        const names = around.at(-1);
        if (name === undefined || names === undefined) break;
        if (names.has(name)) return { expected: "each name once in an object", found: `${excerpt(name)} twice` };
        names.add(name);
        if (names.size > MOST_NAMES) return { expected: `at most ${MOST_NAMES} names in an object`, found: "more" };
        break;
      }
      case OPENS_LIST:
      case OPENS_OBJECT:
        around.push(text.charCodeAt(at) === OPENS_OBJECT ? new Set() : undefined);
        if (around.length > DEEPEST) return { expected: `JSON of at most ${DEEPEST} levels`, found: "more" };
        break;
      case CLOSES_LIST:
      case CLOSES_OBJECT:
        around.pop();
        break;
      case COMMA:
        begin = end;
        break;
    }
  }
  return undefined;
}

/** Where the quotation mark is that ends a string; the end of the text where there is none. */
function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE || Number.isNaN(code)) return at;
  }
}

/** A name may be written with escapes. */
function nameIn(quoted: string): string | undefined {
  if (quoted !== "" && !quoted.includes("\\")) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
