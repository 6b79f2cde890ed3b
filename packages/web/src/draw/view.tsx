/** Draw: a digit drawn by hand, what the network makes of it, and why. */
import { render } from "preact";
import { classifierOf } from "../model/classifier.ts";
import { trainedModel } from "../model/trained-model.ts";
import type { ViewContext } from "../shared/view.ts";
import "./draw.css";
import { DigitSets } from "./digit-sets.ts";
import { DrawPage } from "./draw-page.tsx";

export function mount(element: HTMLElement, { state }: ViewContext): () => void {
  const sets = new DigitSets();
  let ended = false;
  trainedModel().then(
    (model) => {
      if (!ended) render(<DrawPage state={state} classifier={classifierOf(model)} sets={sets} />, element);
    },
    (error: Error) => {
      if (!ended)
        render(
          <p class="notice" role="alert">{`Nothing can be drawn: ${error.message}. Reload the page.`}</p>,
          element,
        );
    },
  );
  return () => {
    ended = true;
    sets.end();
    render(null, element);
  };
}
