/**
 * Decides which requests are answered: those with the token, from the server's own page, under the server's own name.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { hostname } from "node:os";

/** The reason why a request is refused. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/** The names that a browser may use for loopback. */
const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);
const ANY_ADDRESS: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

export const isLoopback = (host: string): boolean => LOOPBACK.has(host) || /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * Checks a request before anything else is done with it.
 *
 * A page of another site can make a browser send any request to 127.0.0.1, also under its own host name that resolves
 * to 127.0.0.1 (DNS rebinding). The browser then sends that name as Host. The page cannot read the token, which is in
 * no response and out of other pages' reach. The browser marks its requests with the page's origin.
 * @param host the host that the server listens on
 * @param headers the request's headers
 * @returns undefined for a request that may proceed
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
    // Browsers send "cross-site" also when a user follows a link, for example from a chat. Such a navigation is
    // allowed.
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
  // A server on all addresses accepts each of them as its name: nobody can make a numeric address resolve elsewhere.
  const isNumber = /^[\d.]+$/.test(bare) || bare.includes(":");
  return ANY_ADDRESS.has(host) && (isNumber || bare === "localhost" || bare === hostname().toLowerCase());
}

/** Compares a text with the token in constant time, so that the time does not reveal how much of it is right. */
export function isToken(said: string, token: string): boolean {
  const [a, b] = [said, token].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(a, b);
}
