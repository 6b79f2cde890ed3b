/**
 * Estimates how many threads fit where a process's address space is limited (`ulimit -v`, a batch system's h_vmem). If
 * a new thread finds too few addresses, V8 ends the whole process without an error to catch. So this is checked before.
 */
import { readFileSync } from "node:fs";

/** A thread of Node takes 0.86 GB of addresses, most of them never used, and glibc 0.13 GB for its first allocation. */
const BYTES_PER_THREAD = 1.1e9;
/** Node strips types with WebAssembly, and V8 reserves guard regions of over 8 GB around its memory. */
const BYTES_TO_STRIP_TYPES = 8.6e9;
/** Reserve for main while the threads start. */
const BYTES_FOR_MAIN = 0.5e9;

/** More than any process can have, so the allocation fails at once. */
const IMPOSSIBLE_BYTES = 2 ** 46;

/**
 * @param wanted how many threads to start
 * @param file the file that the threads run
 * @returns how many of them may be started
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
    // Only Linux has these files.
    return Number.POSITIVE_INFINITY;
  }
}

/** Bytes of address space left to a process, from the text of Linux's /proc files `limits` and `status`. */
export function parseAddressesLeft(limits: string, status: string): number {
  const limit = /^Max address space +(\d+)/m.exec(limits)?.[1];
  const size = /^VmSize:\s+(\d+) kB/m.exec(status)?.[1];
  return limit === undefined || size === undefined ? Number.POSITIVE_INFINITY : Number(limit) - 1024 * Number(size);
}

/** Frees the addresses of finished runs' WebAssembly memories: V8 collects garbage before it refuses an allocation. */
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
