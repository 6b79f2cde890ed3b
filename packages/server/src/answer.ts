/** Answers requests: the page, its files, the events, the model, and actions. */
import { readFileSync } from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import sirv from "sirv";
import { readBody } from "./body.ts";
import type { EventStreams } from "./event-streams.ts";
import { secure } from "./headers.ts";
import type { Action, ActionAnswer } from "./protocol/index.ts";
import { isToken, refusalOf } from "./refusals.ts";

export interface PageFiles {
  /** The folder of the built page; it contains index.html. */
  readonly page: string;
}

/** What the page may request of a run. */
export interface Answers {
  /** @param worker the worker to kill, for `kill` */
  readonly act: (action: Action, worker: number | undefined) => ActionAnswer | Promise<ActionAnswer>;
  /** The current model file; undefined if there is none yet. */
  readonly model: () => Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

interface Surroundings extends Answers, PageFiles {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly streams: EventStreams;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const API = "api/";
const ACTIONS: readonly string[] = ["kill", "stop", "go-on", "end"] satisfies Action[];

/** Creates the request listener. All paths are below the token, so a client without it gets nothing. */
export function answering(surroundings: Surroundings): RequestListener {
  const { token } = surroundings;
  const api = answersOf(surroundings);
  const files = answerFiles(surroundings.page);
  return (request, response) => {
    secure(response);
    const refusal = refusalOf(request, surroundings);
    if (refusal !== undefined) return say(response, refusal.status, refusal.reason);
    const [, said = "", rest] = /^\/([^/?]*)(\/[^?]*)?(?:\?.*)?$/s.exec(request.url ?? "") ?? [];
    if (!isToken(said, token)) {
      return say(response, 403, "open the address that the command printed: it holds a token that this one lacks");
    }
    if (rest === undefined) {
      response.writeHead(301, { location: `/${token}/` }).end();
      return;
    }
    const path = rest.slice(1);
    // The API looks paths up by their exact text; no part of an address becomes a path on this machine.
    const answer = path.startsWith(API) ? api.get(`${request.method} ${path.slice(API.length)}`) : files(path);
    if (answer === undefined) return say(response, 404, "there is nothing of that name");
    Promise.resolve(answer(request, response)).catch(() => {
      if (response.headersSent) response.destroy();
      else say(response, 500, "this request could not be answered");
    });
  };
}

function say(response: ServerResponse, status: number, reason: string): void {
  // Closes the connection, so that the server does not wait for an unread request body.
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" }).end(`${reason}\n`);
}

function sayJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(value));
}

function answersOf({ streams, act, model }: Surroundings): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>([
    [
      "GET events",
      (request, response) => {
        const seen = request.headers["last-event-id"];
        if (!streams.add(response, typeof seen === "string" ? seen : undefined)) {
          say(response, 503, "too many pages are open: close one of them");
        }
      },
    ],
    ["GET state", (_, response) => sayJson(response, streams.state)],
    [
      "GET model",
      async (_, response) => {
        const bytes = await model();
        if (bytes === undefined) return say(response, 404, "there is no model yet");
        response.writeHead(200, { "content-type": "application/octet-stream", "content-length": bytes.length });
        response.end(bytes);
      },
    ],
  ]);
  for (const action of ACTIONS) {
    answers.set(`POST actions/${action}`, async (request, response) => {
      const body = await readBody(request);
      if (body === undefined) return say(response, 413, "an action is a small JSON object");
      const worker = workerIn(body);
      if (worker === null) return say(response, 400, 'an action is a JSON object: {}, or {"worker":1}');
      sayJson(response, await act(action as Action, worker));
    });
  }
  return answers;
}

/** Reads the worker's number from a request body. @returns undefined if there is none, null if the body is invalid */
function workerIn(body: string): number | undefined | null {
  try {
    const given: unknown = JSON.parse(body);
    if (typeof given !== "object" || given === null || Array.isArray(given)) return null;
    const { worker } = given as { readonly worker?: unknown };
    return worker === undefined || Number.isSafeInteger(worker) ? (worker as number | undefined) : null;
  } catch {
    return null;
  }
}

/** Answers with the files that existed when the server started, by name. */
function answerFiles(folder: string): (path: string) => Answer | undefined {
  const index = withServer(readFileSync(join(folder, "index.html"), "utf8"));
  // sirv lists the folder once and answers from that list.
  const others = sirv(folder, { dev: false, etag: true });
  return (path) => {
    if (path === "" || path === "index.html") {
      return (request, response) => {
        if (!isRead(request)) return say(response, 405, "GET or HEAD");
        response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
        response.end(request.method === "HEAD" ? undefined : index);
      };
    }
    return (request, response) => {
      if (!isRead(request)) return say(response, 405, "GET or HEAD");
      request.url = `/${path}`;
      others(request, response, () => say(response, 404, "there is nothing of that name"));
    };
  };
}

const isRead = ({ method }: IncomingMessage): boolean => method === "GET" || method === "HEAD";

/** Adds the meta tag that tells the page that it has a server, and the API's path relative to the page. */
function withServer(html: string): string {
  return html.replace(/<head>/i, `<head><meta name="scratch-nn-server" content="${API}">`);
}
