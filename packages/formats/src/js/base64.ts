/** Encodes parameters as base64 on any platform with btoa. It encodes in pieces, as a call's arguments are limited. */
import { parameterBytes } from "@scratch-nn/core/engine";

/** A multiple of three, so that no piece but the last ends with padding. */
const PIECE_BYTES = 3 * 2 ** 12;

/** @param parameters of one network after another @returns their f32, little-endian, as base64 */
export function base64Of(parameters: readonly Float32Array[]): string {
  const bytes = new Uint8Array(parameters.reduce((sum, { length }) => sum + 4 * length, 0));
  let end = 0;
  for (const each of parameters) {
    bytes.set(parameterBytes({ parameters: each }), end);
    end += 4 * each.length;
  }
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES))));
  }
  return pieces.join("");
}
