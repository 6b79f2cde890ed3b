/** Formats text from a file, a table or a program for an error message. */

const LONGEST = 60;

/** Control, formatting and line-separating characters and unpaired surrogates, which a terminal executes or hides. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Quotes text in double quotes, on one line, with unprintable characters escaped. Long text is cut to about 60
 * characters, with its full length stated.
 */
export function excerpt(text: string): string {
  const { shown, isWhole } = beginningOf(text);
  return isWhole ? `"${shown}"` : `"${shown}..." (${text.length} characters)`;
}

/** As {@link excerpt}, without quotes and length. */
export function bareExcerpt(text: string): string {
  const { shown, isWhole } = beginningOf(text);
  return isWhole ? shown : `${shown}...`;
}

function beginningOf(text: string): { readonly shown: string; readonly isWhole: boolean } {
  let end = Math.min(text.length, LONGEST);
  // Does not split a surrogate pair.
  if (end < text.length && text.codePointAt(end - 1)! > 0xffff) end -= 1;
  const quoted = JSON.stringify(text.slice(0, end)).replace(UNPRINTABLE, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
  return { shown: quoted.slice(1, -1), isWhole: end === text.length };
}

/** Describes any value in a few words. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return excerpt(value);
  if (typeof value === "bigint") return bareExcerpt(`${value}n`);
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const name = Object.prototype.toString.call(value).slice(8, -1);
  return name === "Object" ? "an object" : `a value of type ${bareExcerpt(name)}`;
}
