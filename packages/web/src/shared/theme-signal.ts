/** What draws on canvases subscribes here: the theme's colours change under it. */
import { signal } from "@preact/signals";

/** Goes up by one whenever the colours may have changed; read it where they are used. */
export const themeChanges = signal(0);

addEventListener("themechange", () => themeChanges.value++);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => themeChanges.value++);
