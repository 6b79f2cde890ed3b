/** Draw: a digit drawn by hand, what the network makes of it, and why. */
import type { Model } from "@scratch-nn/core";
import { render } from "preact";
import { classifierOf } from "../model/classifier.ts";
import { runModel } from "../model/run-model.ts";
import { pageModel } from "../model/page-model.ts";
import { trainedModel } from "../model/trained-model.ts";
import type { ViewContext } from "../shared/view.ts";
import "./draw.css";
import { DigitSets } from "./digit-sets.ts";
import { DrawPage } from "./draw-page.tsx";

export function mount(element: HTMLElement, { state, server }: ViewContext): () => void {
  const sets = new DigitSets();
  let ended = false;
  const show = async (): Promise<void> => {
    // The run's own network, where there is a run and it reads digits.
    const ofRun = server === undefined ? undefined : await runModel(server).catch(() => undefined);
    const classifier = classifierOf(ofRun ?? (await trainedModel()));
    if (ended) return;
    const run = ofRun && { onNewest: () => void show().catch(fail) };
    render(<DrawPage state={state} classifier={classifier} sets={sets} run={run} />, element);
  };
  const fail = (error: Error): void => {
    if (ended) return;
    render(<p class="notice" role="alert">{`Nothing can be drawn: ${error.message}. Reload the page.`}</p>, element);
  };
  show().catch(fail);
  let isOver = false;
  let shown: Model | undefined;
    try {
      // The one that was trained in the page, where the address asks for it and there still is one.
      const own = state.get("network") === "page" ? pageModel.value : undefined;
      const model = own ?? (await trainedModel());
      if (isOver || model === shown) return;
      shown = model;
      const page = { state, classifier: classifierOf(model), sets, isOwn: model === own };
      render(<DrawPage {...page} />, element);
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
  void show();
  const forget = state.onChange(() => void show());
  return () => {
    isOver = true;
    forget();
    sets.end();
    render(null, element);
  };
}
