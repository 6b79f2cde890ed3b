/** The theme: light, dark, or that of the system. The choice is stored. */
import { useEffect, useState } from "preact/hooks";

const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];
const KEY = "scratch-nn theme";
const SIGNS: Readonly<Record<Theme, string>> = { system: "◐", light: "☀", dark: "☾" };

export function ThemeButton() {
  const [theme, setTheme] = useState(kept);
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    keep(theme);
    // Pictures on canvases are drawn again in the new colours.
    dispatchEvent(new Event("themechange"));
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  return (
    <button
      type="button"
      class="quiet theme"
      onClick={() => setTheme(next)}
      title={`Theme: ${theme}`}
      aria-label={`Theme: ${theme}. Change to ${next}`}
    >
      <span aria-hidden="true">{SIGNS[theme]}</span>
    </button>
  );
}

// Any access to localStorage throws in a browser that stores nothing for this page.
function kept(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? "system";
  } catch {
    return "system";
  }
}

function keep(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Without storage, the choice lasts until the page is closed.
  }
}
