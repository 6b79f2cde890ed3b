/** Loads a view's module, mounts it, and unmounts it when another view is opened. */
import { useEffect, useRef, useState } from "preact/hooks";
import { urlState } from "../shared/url-state.ts";
import type { Route } from "./routes.ts";

export function Stage({ route, server }: { readonly route: Route; readonly server: string | undefined }) {
  const place = useRef<HTMLDivElement>(null);
  const [phase, setPhase] = useState<"loading" | "mounted" | "failed">("loading");
  const [failure, setFailure] = useState("");
  useEffect(() => {
    let [left, unmount] = [false, (): void => {}];
    const fail = (error: unknown): void => {
      setFailure(error instanceof Error ? error.message : String(error));
      setPhase("failed");
    };
    route.load().then((view) => {
      if (left) return;
      try {
        unmount = view.mount(place.current!, { state: urlState(route.name), server });
        setPhase("mounted");
      } catch (error) {
        fail(error);
      }
    }, fail);
    return () => {
      left = true;
      unmount();
    };
  }, [route, server]);
  return (
    <main id="main" tabIndex={-1} aria-busy={phase === "loading"}>
      {phase === "loading" && <p class="loading">Loading…</p>}
      {phase === "failed" && (
        <p role="alert" class="notice">
          “{route.title}” could not be shown: {failure}. Reload the page; it needs its server, and a browser of 2023 or
          later.
        </p>
      )}
      <div ref={place} />
    </main>
  );
}
