/** Train: a network trained in the page, with the settings and the bits of the command line. */
import { render } from "preact";
import type { ViewContext } from "../shared/view.ts";
import "./train.css";
import { TrainPage } from "./train-page.tsx";
import { Trainer } from "./trainer.ts";

/** One for as long as the page is open: who looks at another view meanwhile finds the training, and what came of it. */
const trainer = new Trainer();

export function mount(element: HTMLElement, { state }: ViewContext): () => void {
  render(<TrainPage state={state} trainer={trainer} />, element);
  return () => render(null, element);
}
