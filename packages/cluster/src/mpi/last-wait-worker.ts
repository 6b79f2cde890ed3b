/** Ends the process, whatever its other threads do, once its time is over; see last-wait.ts. */
import { parentPort, workerData } from "node:worker_threads";
import koffi from "koffi";

export interface LastWaitData {
  readonly milliseconds: number;
  readonly code: number;
}

const { milliseconds, code } = workerData as LastWaitData;
// A thread of Node's ends only itself.
const exit = koffi.load(null).func("void _exit(int code)");
setTimeout(() => exit(code), milliseconds);
parentPort!.postMessage("ready");
