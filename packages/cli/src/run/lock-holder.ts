/** Identifies the process that holds a lock, and determines whether it is alive. */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Identifies a process, also against a later one with the same number. A field is undefined where the system does not
 * report it.
 */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  /** The start time in clock ticks since boot. */
  readonly started?: string | undefined;
  /** The boot ID: process numbers and ticks restart with each boot. */
  readonly boot?: string | undefined;
  /** The container's process namespace: two containers can have the same host name. */
  readonly namespace?: string | undefined;
}

/**
 * - `perhaps alive`: a process with this number exists, but may be a later one
 * - `out of sight`: a process of another machine or container cannot be checked. A run that was killed there must be
 *   resumable here.
 */
export type Life = "alive" | "perhaps alive" | "dead" | "out of sight";

export function thisProcess(): Holder {
  return {
    host: hostname(),
    pid: process.pid,
    started: statusOf(process.pid)?.started,
    boot: BOOT,
    namespace: NAMESPACE,
  };
}

export function isHolder(value: unknown): value is Holder {
  if (typeof value !== "object" || value === null) return false;
  const { host, pid, started, boot, namespace } = value as Partial<Record<keyof Holder, unknown>>;
  const isProcess = typeof host === "string" && Number.isInteger(pid) && (pid as number) > 0;
  return isProcess && [started, boot, namespace].every((text) => text === undefined || typeof text === "string");
}

export function lifeOf({ host, pid, started, boot, namespace }: Holder): Life {
  if (host !== hostname()) return "out of sight";
  if (boot !== undefined && BOOT !== undefined && boot !== BOOT) return "dead";
  if (namespace !== undefined && NAMESPACE !== undefined && namespace !== NAMESPACE) return "out of sight";
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process cannot be signalled, but it exists.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return "dead";
  }
  const status = statusOf(pid);
  if (status === undefined || started === undefined) return "perhaps alive";
  return status.isOver || status.started !== started ? "dead" : "alive";
}

const BOOT = said(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
const NAMESPACE = said(() => readlinkSync("/proc/self/ns/pid"));

/** The state of a process on this machine; Linux only. */
function statusOf(pid: number): { readonly isOver: boolean; readonly started: string } | undefined {
  return said(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Fields 3 and 22, counted from behind the name, which may contain blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie: it has ended, but its parent has not collected its exit status.
    return { isOver: /^[ZX]$/.test(fields[0]), started: fields[19] };
  });
}

function said<Value>(ask: () => Value): Value | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
