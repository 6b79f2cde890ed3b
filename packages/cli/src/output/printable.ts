/** Text from outside (files, flags, the system) as it may be written to a terminal. */

/**
 * What a terminal acts on or hides instead of showing it: control characters, marks of format (direction of writing,
 * no width), line and paragraph separators, halves of surrogate pairs.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Whether a terminal would not show all of it. */
export const hasHidden = (text: string): boolean => text.search(HIDDEN) >= 0;

/**
 * A text in one line, what a terminal would obey or hide escaped.
 * @param most characters, from 1; of a longer one the beginning, and an ellipsis
 */
export function printable(text: string, most = Number.POSITIVE_INFINITY): string {
  const escaped = escapeHidden(text);
  if (escaped.length <= most) return escaped;
  let shown = "";
  for (const character of text) {
    const next = shown + escapeHidden(character);
    if (next.length >= most) break;
    shown = next;
  }
  return `${shown}…`;
}

/** What a person reads of a text from outside. */
const MOST_READ = 300;

/** A text in one line that may have any length: of a long one the beginning, and how long it is. */
export function readable(text: string, most = MOST_READ): string {
  return text.length <= most ? printable(text) : `${printable(text, most)} (${text.length} characters)`;
}

/** A message of several lines. @param most characters of a line */
export function printableLines(text: string, most = Number.POSITIVE_INFINITY): string {
  return text
    .split("\n")
    .map((line) => readable(line, most))
    .join("\n");
}

/** JSON that a terminal may show and that reads back as the same; line breaks between its parts stay. */
export function printableJson(value: unknown, space?: number): string {
  // Within its strings there are no line breaks any more.
  const lines = JSON.stringify(value, null, space).split("\n");
  return lines.map((line) => line.replace(HIDDEN, (character) => escapeUnits(character))).join("\n");
}

function escapeHidden(text: string): string {
  return text.replace(HIDDEN, (character) => {
    if (character === "\n") return "\\n";
    return character.length > 1 ? `\\u{${character.codePointAt(0)!.toString(16)}}` : escapeUnits(character);
  });
}

/** As JSON has it: each unit of 16 bits. */
function escapeUnits(text: string): string {
  return text.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
