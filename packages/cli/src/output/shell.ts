/** Formats commands that the user can paste into a shell. */
import { hasHidden } from "./printable.ts";

/** Words that no POSIX shell interprets. */
const PLAIN = /^[\w@%+:,./-][\w@%+=:,./-]*$/;

/** Quotes a word of a command line for a POSIX shell where necessary. */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text;
  // Escapes hidden characters; bash, zsh and, since 2024, POSIX define $'...'.
  if (hasHidden(text)) return `$'${Array.from(text, escapeAnsiC).join("")}'`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Quotes a path as a word of a command line that no program reads as a flag. */
export function shellPath(path: string): string {
  return shellWord(path.startsWith("-") ? `./${path}` : path);
}

function escapeAnsiC(character: string): string {
  if (hasHidden(character)) {
    // Always three digits, so that a digit behind them is not read as part of the escape.
    return Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  }
  return /['\\]/.test(character) ? `\\${character}` : character;
}
