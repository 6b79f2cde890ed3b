/** Draw: a digit drawn by hand, what the network makes of it, and why. */
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
  /** The run's own, asked for once until its newest weights are wanted. */
  let ofRun: Promise<Model | undefined> | undefined;
  const show = async (): Promise<void> => {
    try {
      // The one that was trained in the page, where the address asks for it and there still is one; else the run's own,
      // where there is a run and it reads digits.
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
