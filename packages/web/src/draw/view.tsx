/** The draw view: classifies a hand-drawn digit, and explains the result. */
import type { Model } from "@scratch-nn/core";
import { render } from "preact";
import { classifierOf } from "../model/classifier.ts";
import { pageModel } from "../model/page-model.ts";
import { runModel } from "../model/run-model.ts";
import { trainedModel } from "../model/trained-model.ts";
import type { ViewContext } from "../shared/view.ts";
import "./draw.css";
import { DigitSets } from "./digit-sets.ts";
import { DrawPage, type Origin } from "./draw-page.tsx";

export function mount(element: HTMLElement, { state, server }: ViewContext): () => void {
  const sets = new DigitSets();
  let isOver = false;
  let shown: Model | undefined;
  /** The run's network, requested once until its newest weights are needed. */
  let ofRun: Promise<Model | undefined> | undefined;
  const show = async (): Promise<void> => {
    try {
      // The network that was trained in the page, where the address selects it and it still exists; otherwise the
      // run's, where there is a run and it reads digits.
      const own = state.get("network") === "page" ? pageModel.value : undefined;
      if (server !== undefined) ofRun ??= runModel(server).catch(() => undefined);
      const running = own ? undefined : await ofRun;
      const model = own ?? running ?? (await trainedModel());
      if (isOver || model === shown) return;
      shown = model;
      const origin: Origin = own
        ? { kind: "page" }
        : running
          ? { kind: "run", onNewest: showNewest }
          : { kind: "digits" };
      render(<DrawPage state={state} classifier={classifierOf(model)} sets={sets} origin={origin} />, element);
    } catch (error) {
      if (isOver) return;
      const message = `Nothing can be drawn: ${(error as Error).message}. Reload the page.`;
      render(
        <p class="notice" role="alert">
          {message}
        </p>,
        element,
      );
    }
  };
  const showNewest = (): void => {
    ofRun = undefined;
    void show();
  };
  void show();
  const forget = state.onChange(() => void show());
  return () => {
    isOver = true;
    forget();
    sets.end();
    render(null, element);
  };
}
