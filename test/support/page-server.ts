/** Serves a page of two files, and sends requests to it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, type RequestOptions, request } from "node:http";
import { join } from "node:path";
import { type Answers, type LiveServer, type ServeOptions, serve } from "@scratch-nn/server";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "./temporary-folder.ts";

export const SCRIPT = "console.log(1)";

/** @returns the folder of a page, next to a secret file */
export function aPage(): string {
  const folder = temporaryFolder();
  const page = join(folder, "site");
  mkdirSync(join(page, "assets"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "SECRET");
  writeFileSync(join(page, ".hidden"), "SECRET");
  writeFileSync(join(page, "index.html"), "<!doctype html><html><head></head><body>page</body></html>");
  writeFileSync(join(page, "assets/page.js"), SCRIPT);
  return page;
}

export async function aServer(
  options: Partial<Answers> & Omit<ServeOptions, keyof Answers | "page"> = {},
): Promise<LiveServer> {
  const server = await serve({ page: aPage(), act: () => ({ isDone: true }), model: () => undefined, ...options });
  onTestFinished(() => server.close());
  return server;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Requests exactly this path with exactly these headers, without normalisation. */
export function ask(
  { port }: Pick<LiveServer, "port">,
  path: string,
  { body, ...options }: RequestOptions & { readonly body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, agent: false, ...options }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        text += piece;
      });
      response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The request options of an action that the page's own script sends. */
export const fromPage = ({ port }: Pick<LiveServer, "port">, body = "{}") => ({
  method: "POST",
  headers: { origin: `http://127.0.0.1:${port}`, "content-type": "application/json" },
  body,
});
