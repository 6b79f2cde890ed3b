/** Tells components that draw on canvases when the theme's colours change. */
import { signal } from "@preact/signals";

/** Increases by one whenever the colours may have changed; read it where they are used. */
export const themeChanges = signal(0);

addEventListener("themechange", () => themeChanges.value++);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => themeChanges.value++);
