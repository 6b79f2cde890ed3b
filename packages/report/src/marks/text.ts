/** Makes untrusted text (names of columns and classes, paths, cells) safe for a page. */

/** Characters that are invisible or misleading: control and format characters, line separators, lone surrogates. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for use between tags or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** The most characters of a name. */
const MOST = 48;

/**
 * Shortens and escapes a text, and writes hidden characters as codes, so that it stays on one line.
 * @param most the most characters, from 1
 */
export function shown(text: string, most = MOST): string {
  // Splits into whole characters, not surrogates, and only the beginning of a long text.
  const characters = Array.from(text.slice(0, 2 * most + 2));
  const cut = characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : characters.join("");
  return escapeHtml(cut.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`));
}

/** The most characters of a name's tooltip. */
const MOST_TITLE = 300;

/** Like {@link shown}, isolated so that it cannot change the text direction around it; a tooltip shows a cut name. */
export function name(text: string, most = MOST): string {
  const isCut = text.length > most && Array.from(text.slice(0, 2 * most + 2)).length > most;
  return `<bdi${isCut ? ` title="${shown(text, MOST_TITLE)}"` : ""}>${shown(text, most)}</bdi>`;
}
