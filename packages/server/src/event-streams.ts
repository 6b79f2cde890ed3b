/**
 * Server-sent events: a new page gets a snapshot, then every change; a page that reconnects gets the events it missed.
 */
import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { INITIAL_STATE, type LiveEvent, type RunState, withEvent } from "./protocol/index.ts";

/** Events kept for pages that reconnect. */
const KEPT_EVENTS = 256;
/** The most pages at a time: every event is written to each of them. */
const MOST_STREAMS = 24;
/**
 * The most buffered bytes of a page that does not read. Then its connection is closed; it reconnects for a snapshot.
 */
const MOST_WAITING = 4 * 2 ** 20;
/** The interval of heartbeat comments, which keep proxies from closing silent connections and detect dead ones. */
const HEARTBEAT_MILLISECONDS = 10_000;
/** Milliseconds after which a browser reconnects. */
const RETRY_MILLISECONDS = 500;

interface Kept {
  readonly id: number;
  readonly text: string;
}

export class EventStreams {
  /** Identifies this process: a page that reconnects after a restart has event numbers of another process. */
  readonly #instance = randomBytes(6).toString("hex");
  readonly #streams = new Set<ServerResponse>();
  readonly #kept: Kept[] = [];
  readonly #heartbeat: NodeJS.Timeout;
  readonly #onFirst: () => void;
  #state: RunState = INITIAL_STATE;
  #last = 0;

  /** @param onFirst called whenever a page connects and no other is connected */
  constructor(onFirst: () => void = () => {}) {
    this.#onFirst = onFirst;
    this.#heartbeat = setInterval(() => this.#writeAll(": \n\n"), HEARTBEAT_MILLISECONDS).unref();
  }

  get state(): RunState {
    return this.#state;
  }

  /** How many pages are connected. */
  get size(): number {
    return this.#streams.size;
  }

  publish(...events: readonly LiveEvent[]): void {
    this.#state = events.reduce(withEvent, this.#state);
    this.#last++;
    const kept = { id: this.#last, text: this.#text("change", events) };
    this.#kept.push(kept);
    if (this.#kept.length > KEPT_EVENTS) this.#kept.shift();
    this.#writeAll(kept.text);
  }

  /**
   * Turns a response into an event stream.
   * @param lastEventId the page's Last-Event-ID header
   * @returns false if there are already too many streams
   */
  add(response: ServerResponse, lastEventId: string | undefined): boolean {
    if (this.#streams.size >= MOST_STREAMS) return false;
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    response.socket?.setNoDelay(true);
    response.socket?.setTimeout(0);
    response.write(
      `retry: ${RETRY_MILLISECONDS}\n\n${this.#missed(lastEventId) ?? this.#text("snapshot", this.#state)}`,
    );
    const isFirst = this.#streams.size === 0;
    this.#streams.add(response);
    response.on("close", () => this.#streams.delete(response));
    if (isFirst) this.#onFirst();
    return true;
  }

  /** Ends all streams. */
  close(): void {
    clearInterval(this.#heartbeat);
    for (const stream of this.#streams) stream.end();
  }

  #text(event: "snapshot" | "change", data: unknown): string {
    return `id: ${this.#instance}-${this.#last}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  /** The events after `lastEventId`. @returns undefined if the page needs a snapshot */
  #missed(lastEventId: string | undefined): string | undefined {
    const [, instance, number] = /^([\da-f]+)-(\d{1,15})$/.exec(lastEventId ?? "") ?? [];
    const seen = Number(number);
    const first = this.#kept[0]?.id ?? this.#last + 1;
    if (instance !== this.#instance || seen > this.#last || seen < first - 1) return undefined;
    return this.#kept.flatMap(({ id, text }) => (id > seen ? [text] : [])).join("");
  }

  #writeAll(text: string): void {
    for (const stream of this.#streams) {
      if (stream.writableLength > MOST_WAITING) stream.destroy();
      else stream.write(text);
    }
  }
}
