/**
 * Lets V8 make 256-bit operations of pairs of WebAssembly's 128-bit ones. It counts for modules that
 * are compiled later, in this thread and in workers; core finds out whether it works and helps.
 *
 * The flag is an experiment of V8's: it is set for the versions of Node that the tests have run on.
 */
import { setFlagsFromString } from "node:v8";

const FIRST_NODE = 24;
const LAST_NODE = 26;

export function allowWideVectors(): void {
  const major = Number.parseInt(process.versions.node, 10);
  // Other processors' V8 does not know the flag and says so on stderr.
  if (process.arch === "x64" && major >= FIRST_NODE && major <= LAST_NODE)
    setFlagsFromString("--experimental-wasm-revectorize");
}
