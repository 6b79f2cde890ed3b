/** Reads a request's body, up to a limit. */
import type { IncomingMessage } from "node:http";

/** Enough for an action's body, which holds one number. */
export const MOST_BODY_BYTES = 1024;

/**
 * Reads a body and never holds more than {@link MOST_BODY_BYTES}.
 * @returns undefined for a body that is longer or cut off
 */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > MOST_BODY_BYTES) return undefined;
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of request.iterator({ destroyOnReturn: false })) {
      bytes += (piece as Buffer).length;
      if (bytes > MOST_BODY_BYTES) return undefined;
      pieces.push(piece as Buffer);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(pieces).toString("utf8");
}
