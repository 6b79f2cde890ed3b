#!/usr/bin/env node
/**
 * Where the command line starts. What Node compiles is kept for the next start, which halves its time: in the folder that
 * NODE_COMPILE_CACHE names, or in Node's own among the system's temporary files; NODE_DISABLE_COMPILE_CACHE=1 keeps
 * nothing, and Node before 22.8 cannot. Whatever is imported before that is not kept.
 */
import module from "node:module";

module.enableCompileCache?.();
await import("./program.ts");
