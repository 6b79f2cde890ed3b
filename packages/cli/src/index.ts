/** For programs that read what the command line keeps. */
export { type Checkpoint, DamageError, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
export type { RunConfig } from "./run-config.ts";
