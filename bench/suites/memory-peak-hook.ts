/** A preload module that writes the peak memory of the process, in kilobytes, to the file SCRATCH_NN_PEAK_FILE. */
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const path = process.env["SCRATCH_NN_PEAK_FILE"];
if (isMainThread && path !== undefined) {
  process.on("exit", () => writeFileSync(path, String(process.resourceUsage().maxRSS)));
}
