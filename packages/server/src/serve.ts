/** Starts and stops the server of a run's page. */
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answers, answering, type PageFiles } from "./answer.ts";
import { EventStreams } from "./event-streams.ts";
import type { LiveEvent, RunState } from "./protocol/index.ts";

export interface ServeOptions extends Answers, PageFiles {
  /** The host to listen on. Default 127.0.0.1, which other machines cannot reach. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** The secret part of the address, 32 hexadecimal digits. Default: random. */
  readonly token?: string;
  /** Milliseconds that a client has for a request's headers, and again for the rest of it. Default 5,000. */
  readonly patience?: number;
  /** Called whenever a page connects and no other is connected. */
  readonly onPage?: () => void;
}

export interface LiveServer {
  /** The address to open in a browser. */
  readonly address: string;
  readonly port: number;
  readonly token: string;
  /** How many pages are connected. */
  readonly pages: number;
  readonly state: RunState;
  /** Publishes events to all present and future pages, in one message that a page draws at once. */
  publish(...events: readonly LiveEvent[]): void;
  /** Stops the server. It ends the pages' streams and gives current requests {@link CLOSE_MILLISECONDS} to finish. */
  close(): Promise<void>;
}

/** Further connections are refused. A page needs only a few. */
const MOST_CONNECTIONS = 200;
const PATIENCE = 5_000;
const IDLE_MILLISECONDS = 30_000;
const CLOSE_MILLISECONDS = 500;

/** Whether a text has the form of a token for {@link serve}. */
export const isTokenShaped = (text: unknown): text is string => typeof text === "string" && /^[\da-f]{32}$/.test(text);

/**
 * Serves a page and the events of a run.
 * @throws the system's error if it cannot listen there: EADDRINUSE, EACCES, EADDRNOTAVAIL, ENOTFOUND
 */
export async function serve(options: ServeOptions): Promise<LiveServer> {
  const {
    host = "127.0.0.1",
    port: wanted = 0,
    token = randomBytes(16).toString("hex"),
    patience = PATIENCE,
  } = options;
  const streams = new EventStreams(options.onPage);
  const server = createServer({
    // Bounds how long a slow client can hold a connection.
    headersTimeout: patience,
    requestTimeout: 2 * patience,
    connectionsCheckingInterval: Math.min(1000, patience),
    keepAliveTimeout: 5000,
    maxHeaderSize: 8192,
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.timeout = IDLE_MILLISECONDS;
  server.on("clientError", (_, socket) => socket.destroy());
  const port = await listen(server, host, wanted);
  server.on("request", answering({ ...options, host, port, token, streams }));
  return {
    address: `http://${nameOf(host)}:${port}/${token}/`,
    port,
    token,
    get pages() {
      return streams.size;
    },
    get state() {
      return streams.state;
    },
    publish: (...events) => streams.publish(...events),
    close: () => close(server, streams),
  };
}

function nameOf(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function close(server: Server, streams: EventStreams): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  streams.close();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), CLOSE_MILLISECONDS);
  await closed;
  clearTimeout(late);
}
