/**
 * The state of a view in the page's address, such as `#/draw?seed=7`. A link contains the whole state. The Back button
 * moves between views, not between the settings that the user has tried.
 */

export interface Address {
  /** "" if the address names no view. */
  readonly view: string;
  readonly settings: URLSearchParams;
}

/** @param hash a value of `location.hash`, with or without its # */
export function parseAddress(hash: string): Address {
  const [path, query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  return { view: path, settings: new URLSearchParams(query) };
}

/** @returns a value for `location.hash` */
export function formatAddress(view: string, settings: URLSearchParams): string {
  const query = settings.toString();
  return `#/${view}${query === "" ? "" : `?${query}`}`;
}

/** The settings of one view. */
export interface UrlState {
  /** @returns the value in the address, or undefined */
  get(key: string): string | undefined;
  /** @returns the number in the address; the fallback if it is missing, not a number, or out of range */
  number(key: string, fallback: number, range: { readonly min: number; readonly max: number }): number;
  /** Writes these keys into the address; undefined removes one. Other keys stay. */
  set(values: Readonly<Record<string, string | number | boolean | undefined>>): void;
  /**
   * Calls back when the address changes within this view other than by {@link set}: the user typed or pasted one, or
   * went back.
   * @returns a function that unsubscribes
   */
  onChange(listener: () => void): () => void;
}

/** The state in the address of this window. @param view the name of the view that owns it */
export function urlState(view: string): UrlState {
  // The address may name no view, or an unknown one, if the page opens this view as its first.
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
      // A delayed write must not return the page from a view that was opened meanwhile.
      const { view: shown } = parseAddress(location.hash);
      if (shown !== view && shown !== atFirst) return;
      const changed = settings();
      for (const [key, value] of Object.entries(values)) {
        if (value === undefined) changed.delete(key);
        else changed.set(key, String(value));
      }
      // This fires no event, since only changes by others are reported, and adds no entry to the history.
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
