/** Text from a file, a table or a program, as an error may show it. */

const LONGEST = 60;

/** Control, formatting and line-separating characters, unpaired surrogates: what a terminal obeys or hides. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * In double quotes, on one line, with what is not printable escaped; of a long one about 60 characters, and how many
 * there are.
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
  // No half of a surrogate pair.
  if (end < text.length && text.codePointAt(end - 1)! > 0xffff) end -= 1;
  const quoted = JSON.stringify(text.slice(0, end)).replace(UNPRINTABLE, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
  return { shown: quoted.slice(1, -1), isWhole: end === text.length };
}

/** Any value in a few words. */
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
