/**
 * Sets V8 flags for training. They apply to the whole process and to workers that start later, so a program sets them
 * before it compiles anything, and a library must not set them.
 *
 * The flags are experimental. They are set only on the Node versions that the tests have run on.
 */
import { setFlagsFromString } from "node:v8";

const FIRST_NODE = 24;
const LAST_NODE = 26;

/**
 * Calls of a function, or iterations of a loop, before TurboFan compiles it; V8's default is 3000. A step's functions
 * reach the default after seconds, while all cores compute, and TurboFan's threads then take cores for milliseconds at
 * a time: see docs/decisions/0013-garbage-and-compilers.md. Loops over data reach the higher limit anyway.
 */
const CALLS_BEFORE_TURBOFAN = 200_000;

export function setV8Flags(): void {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < FIRST_NODE || major > LAST_NODE) return;
  setFlagsFromString(`--invocation-count-for-turbofan=${CALLS_BEFORE_TURBOFAN}`);
  // Merges pairs of WebAssembly's 128-bit operations into 256-bit ones. Core tests whether that works and helps.
  // V8 for other processors does not know the flag and prints a warning on stderr.
  if (process.arch === "x64") setFlagsFromString("--experimental-wasm-revectorize");
}
