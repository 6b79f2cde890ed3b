/** For programs that read what the command line keeps. */
export { type Checkpoint, DamageError, decodeCheckpoint, encodeCheckpoint } from "./checkpoint/checkpoint.ts";
export type { RunConfig } from "./options/run-config.ts";
