/** Preloaded into a run: leaves the most memory that the process had, in kilobytes, in the file that it is told. */
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const path = process.env["SCRATCH_NN_PEAK_FILE"];
if (isMainThread && path !== undefined) {
  process.on("exit", () => writeFileSync(path, String(process.resourceUsage().maxRSS)));
}
