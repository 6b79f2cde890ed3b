/** The network trained in this page that the draw view shows. It is kept until the page is closed. */
import { signal } from "@preact/signals";
import type { Model } from "@scratch-nn/core";

/** Undefined until the user opens a network trained on drawn digits. */
export const pageModel = signal<Model>();
