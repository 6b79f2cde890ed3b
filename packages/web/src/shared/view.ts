/** What the shell and the views know of each other. */
import type { UrlState } from "./url-state.ts";

export interface ViewContext {
  /** This view's settings, which stand in the page's address. */
  readonly state: UrlState;
  /** What a run's server wrote into the page (`<meta name="scratch-nn-server" content="...">`); nothing on a static host. */
  readonly server: string | undefined;
}

/** A module that a tab shows; it is loaded when the tab is first opened. */
export interface View {
  /**
   * Fills the element, which is empty.
   * @returns ends everything that the view began: timers, workers, listeners
   */
  mount(element: HTMLElement, context: ViewContext): () => void;
}
