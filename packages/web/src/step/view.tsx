import { render } from "preact";
import type { ViewContext } from "../shared/view.ts";

export function mount(element: HTMLElement, _context: ViewContext): () => void {
  render(<h1>Step</h1>, element);
  return () => render(null, element);
}
