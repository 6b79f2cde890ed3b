/** The frame around the views: name, tabs, theme. */
import { useEffect, useState } from "preact/hooks";
import { formatAddress, parseAddress } from "../shared/url-state.ts";
import { ROUTES, type Route } from "./routes.ts";
import { Stage } from "./stage.tsx";
import { ThemeButton } from "./theme.tsx";

const server = document.querySelector<HTMLMetaElement>('meta[name="scratch-nn-server"]')?.content || undefined;
const tabs = ROUTES.filter(({ needsServer }) => server !== undefined || !needsServer);

/** The settings of each view when the user left it; its tab restores them. */
const left = new Map<string, URLSearchParams>();

const routeOf = (hash: string): Route => {
  const { view } = parseAddress(hash);
  return tabs.find(({ name }) => name === view) ?? tabs[0];
};

export function App() {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const heard = (): void => setRoute(routeOf(location.hash));
    addEventListener("hashchange", heard);
    return () => removeEventListener("hashchange", heard);
  }, []);
  // A run's server ends with its run, but the page must keep working. It therefore loads all views while the server is
  // there.
  useEffect(() => {
    if (server !== undefined) for (const { load } of tabs) load().catch(() => {});
  }, []);
  useEffect(() => {
    document.title = `${route.title} - scratch-nn`;
  }, [route]);

  const open = (event: MouseEvent, { name }: Route): void => {
    const address = parseAddress(location.hash);
    left.set(address.view, address.settings);
    const settings = left.get(name);
    if (settings === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    location.hash = formatAddress(name, settings);
  };

  return (
    <>
      <button type="button" class="skip" onClick={() => document.querySelector<HTMLElement>("#main")?.focus()}>
        Skip to the content
      </button>
      <header class="masthead">
        <a class="brand" href="#/" aria-label="scratch-nn, start">
          <Mark />
          <span>scratch-nn</span>
        </a>
        <nav class="tabs" aria-label="Views">
          {tabs.map((tab) => (
            <a
              key={tab.name}
              href={`#/${tab.name}`}
              aria-current={tab === route ? "page" : undefined}
              title={tab.promise}
              onClick={(event) => open(event, tab)}
            >
              {tab.title}
            </a>
          ))}
        </nav>
        <ThemeButton />
      </header>
      <Stage key={route.name} route={route} server={server} />
    </>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <g class="mark-edges">
        <path d="M5 8 27 16M5 24l22-8M5 8l11-2M5 24l11 2M16 6l11 10M16 26l11-10" />
      </g>
      <g class="mark-units">
        <circle cx="5" cy="8" r="3.4" />
        <circle cx="5" cy="24" r="3.4" />
        <circle cx="16" cy="6" r="3.4" />
        <circle cx="16" cy="26" r="3.4" />
      </g>
      <circle class="mark-output" cx="27" cy="16" r="4.4" />
    </svg>
  );
}
