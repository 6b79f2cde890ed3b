/** Commands that are printed to be pasted. */
import { hasHidden } from "./printable.ts";

/** What no POSIX shell takes for anything but itself. */
const PLAIN = /^[\w@%+:,./-][\w@%+=:,./-]*$/;

/** A word of a command line, quoted for a POSIX shell where it has to be. */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text;
  // A terminal must not see them; $'...' is bash's, zsh's and, since 2024, POSIX's.
  if (hasHidden(text)) return `$'${Array.from(text, escapeAnsiC).join("")}'`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A path as a word of a command line, which no program takes for a flag. */
export function shellPath(path: string): string {
  return shellWord(path.startsWith("-") ? `./${path}` : path);
}

function escapeAnsiC(character: string): string {
  if (hasHidden(character)) {
    // Three digits each, so that no digit behind them counts.
    return Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  }
  return /['\\]/.test(character) ? `\\${character}` : character;
}
