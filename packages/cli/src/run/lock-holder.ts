/** A process that has a lock, and whether it is still there. */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process, told apart from a later one of the same number. What is undefined, the system does not say. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When it started, in ticks since the machine did. */
  readonly started?: string | undefined;
  /** Which start of the machine that was: ticks and numbers begin anew with it. */
  readonly boot?: string | undefined;
  /** The container whose numbers they are: two of them can have one host's name. */
  readonly namespace?: string | undefined;
}

/**
 * - `perhaps alive`: there is a process of that number, and it may be a later one
 * - `out of sight`: of another machine or container nothing can be known. A run that was killed there must be able to go
 *   on here.
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
    // Another user's cannot be signalled, and is there.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return "dead";
  }
  const status = statusOf(pid);
  if (status === undefined || started === undefined) return "perhaps alive";
  return status.isOver || status.started !== started ? "dead" : "alive";
}

const BOOT = said(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
const NAMESPACE = said(() => readlinkSync("/proc/self/ns/pid"));

/** Of a process of this machine, where Linux says it. */
function statusOf(pid: number): { readonly isOver: boolean; readonly started: string } | undefined {
  return said(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The third field and the 22nd, counted behind the name, which may hold blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // Ended, and nobody has asked how.
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
