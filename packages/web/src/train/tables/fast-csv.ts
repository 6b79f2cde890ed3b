/** Replaces fast-csv in the page's bundle only (vite.config.ts), with the part of `parse` that packages/data uses. */
import { cellsOfQuoted } from "./quoted-cells.ts";

type Listener = (row?: string[]) => void;

/** Emits the rows one by one, once the text has ended. */
export function parse({ delimiter }: { readonly delimiter: string }) {
  const listeners: Record<string, Listener> = {};
  return {
    on(event: "data" | "end" | "error", listener: Listener): void {
      listeners[event] = listener;
    },
    end(bytes: Uint8Array): void {
      const rows = cellsOfQuoted(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), delimiter);
      for (const row of rows ?? []) listeners["data"]?.(row);
      listeners[rows === undefined ? "error" : "end"]?.();
    },
  };
}
