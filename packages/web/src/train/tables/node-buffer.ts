/** Replaces node:buffer in the page's bundle only (vite.config.ts). */

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    // TextDecoder does not accept shared memory, so it decodes a copy.
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.slice());
    return true;
  } catch {
    return false;
  }
}
