/** A temporary file for a download. It is removed if the download fails, or if a signal ends the process. */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The part files that this process is writing. */
const underWay = new Set<string>();

/**
 * Lets `write` write to a temporary file next to `path`, and removes the file afterwards, unless it has been renamed.
 * @param write receives the name of the file, which is unique because other processes may download the same dataset
 */
export async function withPartFile<Result>(path: string, write: (part: string) => Promise<Result>): Promise<Result> {
  const part = `${path}.${randomUUID()}.part`;
  if (underWay.size === 0) listen();
  underWay.add(part);
  try {
    return await write(part);
  } finally {
    await rm(part, { force: true });
    underWay.delete(part);
    if (underWay.size === 0) stopListening();
  }
}

function listen(): void {
  process.on("exit", removeAll);
  for (const signal of SIGNALS) process.on(signal, endBy);
}

function stopListening(): void {
  process.off("exit", removeAll);
  for (const signal of SIGNALS) process.off(signal, endBy);
}

/** Removes all part files synchronously: an `exit` listener cannot wait for promises. */
function removeAll(): void {
  for (const part of underWay) rmSync(part, { force: true });
}

/**
 * Removes all part files and ends the process by the signal, as would happen without this listener. If there are other
 * listeners, they decide; if they end the process, the `exit` listener removes the files.
 */
function endBy(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  stopListening();
  process.kill(process.pid, signal);
}
