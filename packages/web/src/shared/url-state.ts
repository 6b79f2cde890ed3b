/**
 * The state of a view in the page's address: `#/draw?seed=7`. A link is the whole state; the Back button goes from
 * view to view, not through every setting that was tried.
 */

export interface Address {
  /** "" where the address names none. */
  readonly view: string;
  readonly settings: URLSearchParams;
}

/** @param hash as of `location.hash`, with or without its # */
export function parseAddress(hash: string): Address {
  const [path, query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  return { view: path, settings: new URLSearchParams(query) };
}

/** @returns as `location.hash` has it */
export function formatAddress(view: string, settings: URLSearchParams): string {
  const query = settings.toString();
  return `#/${view}${query === "" ? "" : `?${query}`}`;
}

/** The settings of one view. */
export interface UrlState {
  /** @returns what the address says, or nothing */
  get(key: string): string | undefined;
  /** @returns what the address says, or the fallback where it says nothing, no number, or one out of range */
  number(key: string, fallback: number, range: { readonly min: number; readonly max: number }): number;
  /** Writes these keys into the address; undefined takes one out. The others stay. */
  set(values: Readonly<Record<string, string | number | boolean | undefined>>): void;
  /** Calls back when somebody else changed the address within this view: typed, pasted, or went back. @returns unsubscribes */
  onChange(listener: () => void): () => void;
}

/** The state in the address of this window. @param view the name of the view that owns it */
export function urlState(view: string): UrlState {
  // The page's first view is also what an address without a view, or with an unknown one, leads to.
  const atFirst = parseAddress(location.hash).view;
  const settings = (): URLSearchParams => {
    const address = parseAddress(location.hash);
    return address.view === view ? address.settings : new URLSearchParams();
  };
  const get = (key: string): string | undefined => settings().get(key) ?? undefined;
  return {
    get,
    number(key, fallback, { min, max }) {
      const text = get(key);
      const value = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
      return value >= min && value <= max ? value : fallback;
    },
    set(values) {
      // What is kept a moment later must not take the page back from the view that was opened meanwhile.
      const { view: shown } = parseAddress(location.hash);
      if (shown !== view && shown !== atFirst) return;
      const changed = settings();
      for (const [key, value] of Object.entries(values)) {
        if (value === undefined) changed.delete(key);
        else changed.set(key, String(value));
      }
      // Without an event: only others' changes are told. And without an entry in the history.
      history.replaceState(history.state, "", formatAddress(view, changed));
    },
    onChange(listener) {
      const heard = (): void => {
        if (parseAddress(location.hash).view === view) listener();
      };
      addEventListener("hashchange", heard);
      return () => removeEventListener("hashchange", heard);
    },
  };
}
