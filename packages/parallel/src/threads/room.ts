/**
 * Room for threads where a process's addresses are limited (`ulimit -v`, a batch system's h_vmem). V8 ends the whole
 * process, with nothing to catch, where a thread that begins finds too few: so it is found out before.
 */
import { readFileSync } from "node:fs";

/** A thread of Node takes 0.86 GB of addresses, most of them never used, and glibc 0.13 GB for its first allocation. */
const BYTES_PER_THREAD = 1.1e9;
/** Node strips types by WebAssembly, whose memory has guards around it: 8 GB, and some. */
const BYTES_TO_STRIP_TYPES = 8.6e9;
/** What main may need meanwhile. */
const BYTES_FOR_MAIN = 0.5e9;

/** More than any process has, and refused at once. */
const IMPOSSIBLE_BYTES = 2 ** 46;

/**
 * @param file that the threads run
 * @returns how many of so many threads may be started
 */
export function roomForThreads(wanted: number, file: string): number {
  const each = BYTES_PER_THREAD + (/\.[cm]?ts$/.test(file) && !hasNoGuards() ? BYTES_TO_STRIP_TYPES : 0);
  const fitting = (): number => Math.max(0, Math.floor((addressesLeft() - BYTES_FOR_MAIN) / each));
  if (fitting() < wanted) releaseGarbage();
  return Math.min(wanted, fitting());
}

function addressesLeft(): number {
  try {
    return parseAddressesLeft(readFileSync("/proc/self/limits", "utf8"), readFileSync("/proc/self/status", "utf8"));
  } catch {
    // Only Linux tells.
    return Number.POSITIVE_INFINITY;
  }
}

/** The bytes of addresses that Linux leaves to a process, from its texts about it. */
export function parseAddressesLeft(limits: string, status: string): number {
  const limit = /^Max address space +(\d+)/m.exec(limits)?.[1];
  const size = /^VmSize:\s+(\d+) kB/m.exec(status)?.[1];
  return limit === undefined || size === undefined ? Number.POSITIVE_INFINITY : Number(limit) - 1024 * Number(size);
}

/** WebAssembly memories of runs that are over keep their addresses until garbage is collected: V8 does it before it refuses. */
function releaseGarbage(): void {
  try {
    new ArrayBuffer(IMPOSSIBLE_BYTES);
  } catch {
    // As expected.
  }
}

function hasNoGuards(): boolean {
  return [...process.execArgv, process.env["NODE_OPTIONS"] ?? ""].some((flags) =>
    flags.includes("--disable-wasm-trap-handler"),
  );
}
