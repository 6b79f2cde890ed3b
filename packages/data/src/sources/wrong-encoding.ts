/** Refuses a UTF-16 encoding from the user that does not fit the bytes. */
import { isUtf8 } from "node:buffer";
import { InputError } from "@scratch-nn/core";

/**
 * Checks that a text is UTF-16 if the user says so. Decoding does not fail: single-byte text read as UTF-16 gives valid
 * text, mostly Chinese characters, and so does UTF-16 of the wrong byte order.
 * @param head the first bytes
 * @param name of the encoding in TextDecoder
 * @throws InputError if it is a UTF-16 encoding and the text has another one
 */
export function requireEncodingFits(where: string, head: Buffer, name: string): void {
  if (!name.startsWith("utf-16") || head.length < 2) return;
  let [even, odd] = [0, 0];
  for (let at = 0; at < head.length; at++) {
    if (head[at] !== 0) continue;
    if (at % 2 === 0) even++;
    else odd++;
  }
  // The single bytes of real UTF-16 text would hardly be line ends and ASCII without any NUL.
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
