/** Preloaded: the system knows no home directory, and where NO_MIRRORS is set, no network either. */

import { syncBuiltinESMExports } from "node:module";
import os from "node:os";

os.homedir = () => {
  throw new Error("A system error occurred: uv_os_homedir returned ENOENT (no such file or directory)");
};
syncBuiltinESMExports();

if (process.env["NO_MIRRORS"] !== undefined) {
  globalThis.fetch = () => Promise.reject(new Error("no network here"));
}
