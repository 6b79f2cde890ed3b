/** Preloaded: simulates a system without a home directory and, if NO_MIRRORS is set, without a network. */

import { syncBuiltinESMExports } from "node:module";
import os from "node:os";

os.homedir = () => {
  throw new Error("A system error occurred: uv_os_homedir returned ENOENT (no such file or directory)");
};
syncBuiltinESMExports();

if (process.env["NO_MIRRORS"] !== undefined) {
  globalThis.fetch = () => Promise.reject(new Error("no network here"));
}
