/** The train view: trains a network in the page, with the settings and the bits of the command line. */
import { render } from "preact";
import type { ViewContext } from "../shared/view.ts";
import "./train.css";
import { TrainPage } from "./train-page.tsx";
import { Trainer } from "./trainer.ts";

/** One trainer while the page is open, so that a run and its results remain when the user opens another view. */
const trainer = new Trainer();

export function mount(element: HTMLElement, { state }: ViewContext): () => void {
  render(<TrainPage state={state} trainer={trainer} />, element);
  return () => render(null, element);
}
