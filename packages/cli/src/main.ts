#!/usr/bin/env node
/**
 * The entry point of the command line. It enables Node's compile cache, which halves the next start's time. The cache
 * is in the folder that NODE_COMPILE_CACHE names, or in Node's own among the system's temporary files.
 * NODE_DISABLE_COMPILE_CACHE=1 disables it; Node before 22.8 has none. Modules imported before the call are not cached.
 */
import module from "node:module";

module.enableCompileCache?.();
await import("./program.ts");
