/** Preloaded: simulates a system without /proc and /sys that reports 1 MB of available memory. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { readFileSync } = fs;
fs.readFileSync = ((path: unknown, ...rest: []) => {
  if (/^\/(proc|sys)\//.test(String(path))) throw new Error("no such file");
  return readFileSync(path as string, ...rest);
}) as typeof readFileSync;
syncBuiltinESMExports();
Object.assign(process, { availableMemory: () => 1e6 });
