/** Who is let in: whoever has the token, from this page, under this server's own name. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { hostname } from "node:os";

/** A request that is not answered, and why. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/** Loopback under every name that a browser may have for it. */
const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);
const ANY_ADDRESS: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

export const isLoopback = (host: string): boolean => LOOPBACK.has(host) || /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * Looks at a request before anything else is done with it.
 *
 * A page elsewhere can make a browser ask anything of 127.0.0.1, under a name of its own that it has pointed there (DNS
 * rebinding): the browser then says that name as Host. It cannot read the token, which is in no answer and in no other
 * page's reach, and its requests say where they come from.
 * @param host what the server listens on
 * @param headers of the request
 * @returns undefined for one that may go on
 */
export function refusalOf(
  { method = "GET", headers }: { readonly method?: string | undefined; readonly headers: IncomingHttpHeaders },
  { host, port }: { readonly host: string; readonly port: number },
): Refusal | undefined {
  if (!isOwnName(headers.host, host, port)) {
    return { status: 421, reason: "this server does not go by that name; open the address that it printed" };
  }
  const { origin } = headers;
  const isForeign = origin !== undefined && origin !== `http://${headers.host}`;
  const site = headers["sec-fetch-site"];
  if (isForeign || (site !== undefined && site !== "same-origin" && site !== "none")) {
    // A link from elsewhere, say from a chat, is followed with "cross-site": a person may come from anywhere, a page may not.
    const isFollowed = !isForeign && method === "GET" && headers["sec-fetch-mode"] === "navigate";
    if (!isFollowed) return { status: 403, reason: "requests from other pages are not answered" };
  }
  if (method === "POST" && origin === undefined) {
    return { status: 403, reason: "a request that changes something has to say which page it comes from (Origin)" };
  }
  if (method !== "GET" && method !== "HEAD" && method !== "POST") return { status: 405, reason: "GET, HEAD or POST" };
  return undefined;
}

function isOwnName(said: string | undefined, host: string, port: number): boolean {
  if (said === undefined) return false;
  const [, name, at] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d+))?$/i.exec(said) ?? [];
  if (name === undefined || Number(at ?? 80) !== port) return false;
  const bare = name.replace(/^\[|\]$/g, "").toLowerCase();
  if (isLoopback(host)) return LOOPBACK.has(bare) || bare === host;
  if (bare === host.toLowerCase()) return true;
  // Where it listens on all addresses, it goes by each of them: a number is nobody's to point elsewhere.
  const isNumber = /^[\d.]+$/.test(bare) || bare.includes(":");
  return ANY_ADDRESS.has(host) && (isNumber || bare === "localhost" || bare === hostname().toLowerCase());
}

/** Whether it is the token: in a time that does not tell how much of it is right. */
export function isToken(said: string, token: string): boolean {
  const [a, b] = [said, token].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(a, b);
}
