/** Makes text from outside (files, flags, the system) safe for a terminal. */

/**
 * Characters that a terminal obeys or hides: control characters, format characters (writing direction, zero width),
 * line and paragraph separators, lone surrogates.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Whether a terminal would hide part of the text. */
export const hasHidden = (text: string): boolean => text.search(HIDDEN) >= 0;

/**
 * Returns the text in one line, with characters escaped that a terminal would obey or hide.
 * @param most the largest number of characters, at least 1; a longer text is cut and ends in an ellipsis
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

/** The largest number of characters that are shown of a text from outside. */
const MOST_READ = 300;

/** Returns a text of any length in one line; a long text is cut, with its length added. */
export function readable(text: string, most = MOST_READ): string {
  return text.length <= most ? printable(text) : `${printable(text, most)} (${text.length} characters)`;
}

/** Escapes a message of several lines. @param most the largest number of characters of a line */
export function printableLines(text: string, most = Number.POSITIVE_INFINITY): string {
  return text
    .split("\n")
    .map((line) => readable(line, most))
    .join("\n");
}

/** JSON that is safe for a terminal and parses to the same value; line breaks between its parts stay. */
export function printableJson(value: unknown, space?: number): string {
  // Its strings contain no raw line breaks.
  const lines = JSON.stringify(value, null, space).split("\n");
  return lines.map((line) => line.replace(HIDDEN, (character) => escapeUnits(character))).join("\n");
}

function escapeHidden(text: string): string {
  return text.replace(HIDDEN, (character) => {
    if (character === "\n") return "\\n";
    return character.length > 1 ? `\\u{${character.codePointAt(0)!.toString(16)}}` : escapeUnits(character);
  });
}

/** Escapes each 16-bit unit as JSON does. */
function escapeUnits(text: string): string {
  return text.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
