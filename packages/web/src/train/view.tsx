/** Train: a network trained in the page, with the settings and the bits of the command line. */
import { render } from "preact";
import type { ViewContext } from "../shared/view.ts";
import "./train.css";
import { TrainPage } from "./train-page.tsx";
import { Trainer } from "./trainer.ts";

export function mount(element: HTMLElement, { state }: ViewContext): () => void {
  const trainer = new Trainer();
  render(<TrainPage state={state} trainer={trainer} />, element);
  return () => {
    trainer.end();
    render(null, element);
  };
}
