/** Options that callers pass: known names only, so that a slip of the pen is no default in silence. */
import { InputError } from "./errors.ts";
import { bareExcerpt, describeValue, excerpt } from "./excerpt.ts";

/** What an option has to be; `checked` ones are checked where they are used. */
export type OptionKind = "function" | "object" | "checked";

/** The names of options, and what they have to be: one for each property of their type. */
export type OptionNames<Options> = Readonly<Record<keyof Options, OptionKind>>;

/** What others call some of them. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  alpha: "learningRate",
  eta: "learningRate",
  stepsize: "learningRate",
  iterations: "epochs",
  threads: "workers",
  abort: "signal",
  data: "X",
  features: "X",
  inputs: "X",
  target: "labels",
  y: "labels",
};

/**
 * Checks that options are an object with no names but those.
 * @param where what an error names
 * @throws InputError naming what is unknown, with the nearest name that is known, or what is of the wrong type
 */
export function requireOptions(where: string, options: object, names: Readonly<Record<string, OptionKind>>): void {
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
  if (!isObject) throw wrongType(where, "an object", options, `pass an object with ${listOf(names)}`);
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue;
    const near = nearest(name, Object.keys(names));
    throw new InputError({
      where: `${where}.${bareExcerpt(name)}`,
      expected: `no options but ${listOf(names)}`,
      found: excerpt(name),
      remedy: near === undefined ? "leave it out" : `did you mean ${near}? Otherwise leave it out`,
    });
  }
  for (const [name, kind] of Object.entries(names)) {
    const value: unknown = options[name as keyof typeof options];
    const fits = kind === "checked" || value === undefined || (typeof value === kind && value !== null);
    if (!fits)
      throw wrongType(
        `${where}.${name}`,
        `a${kind === "object" ? "n" : ""} ${kind}`,
        value,
        "leave it out, or pass one",
      );
  }
}

function wrongType(where: string, expected: string, value: unknown, remedy: string): InputError {
  return new InputError({ where, expected, found: describeValue(value), remedy });
}

function listOf(names: object): string {
  return Object.keys(names).join(", ");
}

/**
 * The name that was probably meant, if there is one.
 * @param others what others call some of them, in small letters alone
 */
export function nearest(
  name: string,
  names: readonly string[],
  others: Readonly<Record<string, string>> = OTHER_NAMES,
): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, "");
  const wanted = plain(name.slice(0, 40));
  const other = Object.hasOwn(others, wanted) ? others[wanted] : undefined;
  if (other !== undefined && names.includes(other)) return other;
  const rated = names.map((known) => {
    const initials = plain(`${known[0]}${known.replace(/[^A-Z]/g, "")}`);
    const contains = wanted.length > 2 && (plain(known).includes(wanted) || wanted.includes(plain(known)));
    const edits = editDistance(wanted, plain(known));
    const distance = wanted === initials ? 0 : contains ? Math.min(edits, 1.5) : edits;
    return { known, distance: distance / Math.max(wanted.length, known.length) };
  });
  const best = rated.reduce((a, b) => (b.distance < a.distance ? b : a));
  return best.distance <= 0.5 ? best.known : undefined;
}

/** Insertions, deletions and replacements of characters that lead from one word to the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[to.length];
}
