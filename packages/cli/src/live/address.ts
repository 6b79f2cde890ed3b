/** The address of a run's page, kept in its folder: a page that is open finds the run again when it goes on. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isTokenShaped } from "@scratch-nn/server";
import { kindOf } from "../disk/regular-file.ts";
import { PAGE_ADDRESS } from "../run/new-folder.ts";

export interface KeptAddress {
  readonly port: number;
  readonly token: string;
}

/** @returns undefined where there is none, or it is damaged */
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

/** Where it cannot be kept, a page that is open will not find the run again: nothing more. */
export function keepAddress(run: string, { port, token }: KeptAddress): void {
  try {
    // The token is for the user who started the run alone.
    writeFileSync(join(run, PAGE_ADDRESS), JSON.stringify({ port, token }), { mode: 0o600 });
  } catch {
    return;
  }
}
