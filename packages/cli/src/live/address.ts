/** Saves the address of a run's page in the run's folder, so that an open page reconnects when the run is resumed. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isTokenShaped } from "@scratch-nn/server";
import { kindOf } from "../disk/regular-file.ts";
import { PAGE_ADDRESS } from "../run/new-folder.ts";

export interface KeptAddress {
  readonly port: number;
  readonly token: string;
}

/** @returns undefined where there is no address, or it is damaged */
export function keptAddress(run: string): KeptAddress | undefined {
  const path = join(run, PAGE_ADDRESS);
  if (kindOf(path) !== "file") return undefined;
  try {
    const { port, token } = JSON.parse(readFileSync(path, "utf8")) as Partial<KeptAddress>;
    const isPort = Number.isInteger(port) && port! > 0 && port! < 65_536;
    return isPort && isTokenShaped(token) ? { port: port!, token } : undefined;
  } catch {
    return undefined;
  }
}

/** Ignores a failed write: its only effect is that an open page cannot reconnect. */
export function keepAddress(run: string, { port, token }: KeptAddress): void {
  try {
    // Only the user who started the run may read the token.
    writeFileSync(join(run, PAGE_ADDRESS), JSON.stringify({ port, token }), { mode: 0o600 });
  } catch {
    return;
  }
}
