/** A request's body, as far as one is wanted. */
import type { IncomingMessage } from "node:http";

/** An action is a name and a number. */
export const MOST_BODY_BYTES = 1024;

/** @returns undefined for more than {@link MOST_BODY_BYTES}, of which no more than that is ever held, or for what is cut off */
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
