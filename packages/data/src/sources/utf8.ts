/** Validates UTF-8 text strictly. */
import { isUtf8 } from "node:buffer";

/** The first byte that is not valid UTF-8, or not text. */
export interface EncodingFault {
  /** The offset of the byte. */
  readonly at: number;
  readonly expected: string;
  readonly found: string;
  readonly remedy: string;
}

/** Finds the first byte that cannot be in a UTF-8 text. */
export function findEncodingFault(bytes: Uint8Array): EncodingFault | undefined {
  const nul = bytes.indexOf(0);
  if (nul < 0 && isUtf8(bytes)) return undefined;
  const text = nul < 0 ? bytes : bytes.subarray(0, nul);
  if (isUtf8(text)) return nulFault(bytes, nul);
  const at = firstInvalid(text);
  return {
    at,
    expected: "UTF-8",
    found: `the byte 0x${bytes[at].toString(16).padStart(2, "0")}`,
    remedy: "name the file's encoding, for example --encoding latin1 or --encoding windows-1252, or save it as UTF-8",
  };
}

function nulFault(bytes: Uint8Array, at: number): EncodingFault {
  return {
    at,
    expected: "text",
    found: "a NUL byte",
    remedy: looksLikeUtf16(bytes.subarray(Math.max(0, at - 1), at + 32))
      ? "it looks like UTF-16 without a byte order mark: pass --encoding utf-16le or utf-16be, or save it as UTF-8"
      : "the file may be damaged, cut short by a crash, or no text",
  };
}

/** Whether a third of the bytes or more are NUL, and never two in a row. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  let nuls = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 0) continue;
    nuls++;
    if (bytes[at + 1] === 0) return false;
  }
  return 3 * nuls >= bytes.length;
}

/** Returns the offset of the first byte that begins no valid character. */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at];
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length > 1 && !isUtf8(bytes.subarray(at, at + length))) break;
    at += length;
  }
  return at;
}
