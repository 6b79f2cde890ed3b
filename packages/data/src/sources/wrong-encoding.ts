/** An encoding that the user names, and that the bytes do not have. */
import { isUtf8 } from "node:buffer";
import { InputError } from "@scratch-nn/core";

/**
 * Text of one byte a character read as UTF-16 is text as well, Chinese for the most part, and so is UTF-16 with its
 * bytes the wrong way round.
 * @param head the first bytes
 * @param name of the encoding, as TextDecoder calls it
 * @throws InputError when it is one of UTF-16's, and the text is another one's
 */
export function requireEncodingFits(where: string, head: Buffer, name: string): void {
  if (!name.startsWith("utf-16") || head.length < 2) return;
  let [even, odd] = [0, 0];
  for (let at = 0; at < head.length; at++) {
    if (head[at] !== 0) continue;
    if (at % 2 === 0) even++;
    else odd++;
  }
  // Characters that only UTF-16 has cut in halves would hardly be line ends and ASCII.
  const isSingle = even + odd === 0 && head.includes("\n") && (isUtf8(head) || asciiPart(head) > 0.8);
  const turned = name === "utf-16le" ? even > 4 * odd : odd > 4 * even;
  if (!isSingle && !turned) return;
  const other = turned ? (name === "utf-16le" ? "utf-16be" : "utf-16le") : "utf-8 or another one of single bytes";
  throw new InputError({
    where: "--encoding",
    expected: `the encoding of ${where}, ${other} by its first bytes`,
    found: name,
    remedy: turned ? `pass --encoding ${other}` : "leave it out, or name the right one, for example latin1",
  });
}

function asciiPart(head: Buffer): number {
  return head.filter((byte) => byte < 0x80).length / head.length;
}
