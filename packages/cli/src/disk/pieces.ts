/** Splits bytes into pieces: one call can hash, read or write less than 2 GiB. */
import { createHash } from "node:crypto";

export const PIECE_BYTES = 2 ** 26;

/** @yields views of the bytes, in order */
export function* piecesOf(bytes: Uint8Array, pieceBytes = PIECE_BYTES): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** @param parts hashed in order, as if they were one buffer */
export function sha256Of(parts: readonly Uint8Array[], pieceBytes = PIECE_BYTES): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) for (const piece of piecesOf(part, pieceBytes)) hash.update(piece);
  return hash.digest();
}
