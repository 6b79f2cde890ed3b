/** The page's line to the server of its run: what happens there comes in, what the user wants goes out. */
import { type Signal, signal } from "@preact/signals";
import {
  type Action,
  type ActionAnswer,
  INITIAL_STATE,
  type LiveEvent,
  type RunState,
  withEvent,
} from "@scratch-nn/server/protocol";

/** `lost`: the server does not answer; the page goes on trying. */
export type Line = "connecting" | "open" | "lost";

export interface Connection {
  readonly state: Signal<RunState>;
  readonly line: Signal<Line>;
  /** @returns what became of it; where the server does not answer, why */
  act(action: Action, worker?: number): Promise<ActionAnswer>;
  close(): void;
}

/** Browsers give up for good where something else answers under the address; the page does not. */
const RETRY_MILLISECONDS = 2000;

/** What is known of the run: whoever comes back from another view, when its server has ended, finds it still. */
const state = signal(INITIAL_STATE);

/** @param server what the page was told of its server: the path of what it answers, from the page's own address */
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
  // A browser has six connections to a server, for all its tabs: those that nobody sees leave them to the others.
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
