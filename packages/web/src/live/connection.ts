/** The connection to the run's server: receives events, and sends the user's actions. */
import { type Signal, signal } from "@preact/signals";
import {
  type Action,
  type ActionAnswer,
  INITIAL_STATE,
  type LiveEvent,
  type RunState,
  withEvent,
} from "@scratch-nn/server/protocol";

/** `lost`: the server does not answer; the page keeps trying. */
export type Line = "connecting" | "open" | "lost";

export interface Connection {
  readonly state: Signal<RunState>;
  readonly line: Signal<Line>;
  /** @returns the action's result; where the server does not answer, the reason */
  act(action: Action, worker?: number): Promise<ActionAnswer>;
  close(): void;
}

/** The page reconnects by itself, since browsers give up when another server answers at the address. */
const RETRY_MILLISECONDS = 2000;

/** The run's known state. It stays available after another view was open and the server has ended. */
const state = signal(INITIAL_STATE);

/** @param server the path of the server's API, relative to the page's address */
export function connect(server: string): Connection {
  const base = new URL(server, location.href);
  const line = signal<Line>("connecting");
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const open = (): void => {
    const opened = new EventSource(new URL("events", base));
    source = opened;
    opened.addEventListener("open", () => {
      line.value = "open";
    });
    opened.addEventListener("snapshot", ({ data }: MessageEvent<string>) => {
      state.value = JSON.parse(data) as RunState;
    });
    opened.addEventListener("change", ({ data }: MessageEvent<string>) => {
      state.value = (JSON.parse(data) as LiveEvent[]).reduce(withEvent, state.value);
    });
    opened.addEventListener("error", () => {
      line.value = "lost";
      if (opened.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MILLISECONDS);
    });
  };
  const shut = (): void => {
    clearTimeout(retry);
    source?.close();
    source = undefined;
  };
  // Hidden tabs close their connection: a browser has six connections to a server for all its tabs.
  const look = (): void => {
    shut();
    if (!document.hidden) open();
  };
  document.addEventListener("visibilitychange", look);
  look();
  return {
    state,
    line,
    async act(action, worker) {
      try {
        const answer = await fetch(new URL(`actions/${action}`, base), {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(worker === undefined ? {} : { worker }),
        });
        return answer.ok ? ((await answer.json()) as ActionAnswer) : { isDone: false, message: await answer.text() };
      } catch {
        return { isDone: false, message: "the run's server does not answer" };
      }
    },
    close() {
      document.removeEventListener("visibilitychange", look);
      shut();
    },
  };
}
