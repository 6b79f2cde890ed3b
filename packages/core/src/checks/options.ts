/** Checks the names of a caller's options, so that a misspelt name is not silently replaced by a default. */
import { InputError } from "./errors.ts";
import { bareExcerpt, describeValue, excerpt } from "./excerpt.ts";

/** The type of an option; `checked` ones are checked where they are used. */
export type OptionKind = "function" | "object" | "checked";

/** The names of options and their types: one for each property of the options' type. */
export type OptionNames<Options> = Readonly<Record<keyof Options, OptionKind>>;

/** Names that other libraries use for some options. */
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
 * Checks that options are an object with only the given names.
 * @param where the location that an error names
 * @throws InputError naming an unknown option, with the nearest known name, or an option of the wrong type
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
 * @param others names that other libraries use, in lower-case letters only, with the name that each stands for
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

/**
 * The Levenshtein distance: the insertions, deletions and replacements of characters that turn one word into the other.
 */
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
