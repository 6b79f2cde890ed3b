/**
 * Preloaded into a run of the command line: disturbs the environment of its main thread.
 *
 *   UPSET         `refuse`: threads are refused, as by a limit on processes; `gone`: the file that they run no longer
 *                 exists; `clock`: the clocks are set back by an hour
 *   UPSET_FROM    the first affected start of a worker, or reading of the clock, from 1
 *   UPSET_MARK    a file that is written at the first disturbance
 */
import { writeFileSync } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { isMainThread, type Worker } from "node:worker_threads";

const { UPSET, UPSET_FROM, UPSET_MARK } = process.env;
const HOUR = 3_600_000;
let count = 0;

/** Whether the disturbance has begun. */
function happens(): boolean {
  if (++count < Number(UPSET_FROM)) return false;
  if (count === Number(UPSET_FROM)) writeFileSync(UPSET_MARK!, "");
  return true;
}

/** The file that a thread runs instead. @throws an error like the system's when it refuses a thread */
function disturb(file: unknown): unknown {
  if (!String(file).includes("shard-worker") || !happens()) return file;
  if (UPSET === "gone") return "/nowhere/shard-worker.js";
  throw Object.assign(new Error("Worker initialization failure: EAGAIN"), { code: "ERR_WORKER_INIT_FAILED" });
}

if (isMainThread && (UPSET === "refuse" || UPSET === "gone")) {
  const threads = createRequire(import.meta.url)("node:worker_threads") as { Worker: typeof Worker };
  threads.Worker = new Proxy(threads.Worker, {
    construct: (target, [file, options]) => Reflect.construct(target, [disturb(file), options]),
  });
  syncBuiltinESMExports();
}

if (isMainThread && UPSET === "clock") {
  const setBack = (clock: () => number) => (): number => clock() - (happens() ? HOUR : 0);
  const now = performance.now.bind(performance);
  Object.defineProperty(performance, "now", { value: setBack(now) });
  Date.now = setBack(Date.now);
}
