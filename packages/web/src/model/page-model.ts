/** The network that was last trained in this page, for other views; kept until the page is left. */
import { signal } from "@preact/signals";
import type { Model } from "@scratch-nn/core";

/** Undefined before anything for drawn digits is trained. */
export const pageModel = signal<Model>();
