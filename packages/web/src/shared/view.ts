/** The interface between the shell and the views. */
import type { UrlState } from "./url-state.ts";

export interface ViewContext {
  /** This view's settings in the page's address. */
  readonly state: UrlState;
  /**
   * The content that a run's server wrote into the page (`<meta name="scratch-nn-server" content="...">`); undefined on
   * a static host.
   */
  readonly server: string | undefined;
}

/** The module of a tab, which is loaded on demand. */
export interface View {
  /**
   * Renders the view into an empty element.
   * @returns a function that ends everything that the view started: timers, workers, listeners
   */
  mount(element: HTMLElement, context: ViewContext): () => void;
}
