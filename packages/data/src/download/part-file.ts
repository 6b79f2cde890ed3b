/** A file that is being downloaded: gone when it is given up, and when the process is told to end meanwhile. */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Those under way in this process. */
const underWay = new Set<string>();

/**
 * Lets something write to a file beside `path`, and removes that file afterwards, unless it has been renamed.
 * @param write given the file's name: one of its own, since other processes may be downloading the same
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

/** Without waiting: nothing that waits is done any more when a process ends. */
function removeAll(): void {
  for (const part of underWay) rmSync(part, { force: true });
}

/**
 * A listener keeps a signal from ending the process. Where there is no other one, the process ends by that signal as it
 * would have without this one; others decide themselves, and if they end the process, `exit` comes.
 */
function endBy(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  stopListening();
  process.kill(process.pid, signal);
}
