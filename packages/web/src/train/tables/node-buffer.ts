/** In place of node:buffer, in the bundle alone (vite.config.ts). */

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    // A copy: text in shared memory is not decoded.
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.slice());
    return true;
  } catch {
    return false;
  }
}
