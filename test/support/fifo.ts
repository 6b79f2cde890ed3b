import { execFileSync } from "node:child_process";

/** A pipe with a name, that nobody writes to or reads from: opening it waits for ever. */
export function makeFifo(path: string): void {
  execFileSync("mkfifo", [path]);
}
