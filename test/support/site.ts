/** Serves the built page like any web host, and opens it in a browser. */
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { BROWSER } from "./browser.ts";
import { REPOSITORY } from "./packed.ts";

/** The page's files, which built-packages.ts builds once for all long tests. */
export const SITE = join(REPOSITORY, "packages/web/dist/site");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

export interface Site {
  readonly address: string;
  close(): void;
}

/** @param isolated whether pages may share memory between threads */
export function serveSite(folder: string, isolated: boolean): Promise<Site> {
  const headers = isolated
    ? { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" }
    : {};
  const server = createServer((request, response) => {
    const path = join(folder, request.url === "/" ? "index.html" : request.url!.split("?")[0]);
    if (!existsSync(path)) return response.writeHead(404).end();
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    return response.writeHead(200, { ...headers, "content-type": type }).end(readFileSync(path));
  });
  return new Promise((resolve) => {
    server.listen(0, () => {
      const { port } = server.address() as AddressInfo;
      resolve({ address: `http://localhost:${port}/`, close: () => server.close() });
    });
  });
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: BROWSER!, args: ["--no-sandbox"] });
}

/** A page, and its complaints so far. */
export interface Watched {
  readonly page: Page;
  /** The console's errors and warnings, uncaught errors, and requests to other servers. */
  readonly complaints: string[];
}

/** Opens a view. @param hash as in `#/draw` */
export async function open(
  browser: Browser,
  site: Site,
  hash: string,
  options: NonNullable<Parameters<Browser["newPage"]>[0]> = {},
): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
  // A machine under load may take long.
  page.setDefaultTimeout(300_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(site.address) && !url.startsWith("blob:") && !url.startsWith("data:")) complaints.push(url);
  });
  await page.goto(site.address + hash);
  await page.waitForSelector("main[aria-busy=false] h1");
  return { page, complaints };
}
