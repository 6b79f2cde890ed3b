/**
 * V8's flags for training: for a program to set before it compiles anything, since they count for the whole process
 * and for workers that start later. A library must not.
 *
 * They are experiments of V8's: set for the versions of Node that the tests have run on.
 */
import { setFlagsFromString } from "node:v8";

const FIRST_NODE = 24;
const LAST_NODE = 26;

/**
 * How often a function is called, or a loop goes round, before TurboFan compiles it: 3000 if V8 is left alone. What a
 * step calls reaches that after seconds, while all cores compute, and TurboFan's threads take them away for
 * milliseconds at a time: see docs/decisions/0013-garbage-and-compilers.md. Loops over data get there all the same.
 */
const CALLS_BEFORE_TURBOFAN = 200_000;

export function setV8Flags(): void {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < FIRST_NODE || major > LAST_NODE) return;
  setFlagsFromString(`--invocation-count-for-turbofan=${CALLS_BEFORE_TURBOFAN}`);
  // Makes 256-bit operations of pairs of WebAssembly's 128-bit ones; core finds out whether it works and helps.
  // Other processors' V8 does not know the flag and says so on stderr.
  if (process.arch === "x64") setFlagsFromString("--experimental-wasm-revectorize");
}
