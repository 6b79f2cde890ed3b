import { execFileSync } from "node:child_process";

/** Creates a named pipe that no process writes to or reads from: opening it blocks for ever. */
export function makeFifo(path: string): void {
  execFileSync("mkfifo", [path]);
}
