/** Text from outside (names of columns, of classes, paths, cells) as it may stand in a page. */

/** What a reader would not see, or would be misled by: control characters, marks of format, halves of pairs. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** As text between tags or within a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** Characters of a name. */
const MOST = 48;

/**
 * In one line, hidden characters written as their codes, cut to a length a reader can take in; escaped.
 * @param most characters, from 1
 */
export function shown(text: string, most = MOST): string {
  // Characters, not their halves; of a long text only its beginning is looked at.
  const characters = Array.from(text.slice(0, 2 * most + 2));
  const cut = characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : characters.join("");
  return escapeHtml(cut.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`));
}

/** Characters of a name that a pointer is shown. */
const MOST_TITLE = 300;

/** The same, kept from turning the writing direction of what stands around it; what was cut is shown to a pointer. */
export function name(text: string, most = MOST): string {
  const isCut = text.length > most && Array.from(text.slice(0, 2 * most + 2)).length > most;
  return `<bdi${isCut ? ` title="${shown(text, MOST_TITLE)}"` : ""}>${shown(text, most)}</bdi>`;
}
