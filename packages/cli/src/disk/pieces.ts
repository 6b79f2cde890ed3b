/** Bytes in pieces: a call that hashes, reads or writes takes less than 2 GiB at a time. */
import { createHash } from "node:crypto";

export const PIECE_BYTES = 2 ** 26;

/** Views on the bytes, one behind the other. */
export function* piecesOf(bytes: Uint8Array, pieceBytes = PIECE_BYTES): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** @param parts of what is hashed, one behind the other */
export function sha256Of(parts: readonly Uint8Array[], pieceBytes = PIECE_BYTES): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) for (const piece of piecesOf(part, pieceBytes)) hash.update(piece);
  return hash.digest();
}
