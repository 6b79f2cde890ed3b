/** A thread that ends the whole process after some time, even if the main thread hangs; see last-wait.ts. */
import { parentPort, workerData } from "node:worker_threads";
import koffi from "koffi";

export interface LastWaitData {
  readonly milliseconds: number;
  readonly code: number;
}

const { milliseconds, code } = workerData as LastWaitData;
// process.exit in a worker thread ends that thread only.
const exit = koffi.load(null).func("void _exit(int code)");
setTimeout(() => exit(code), milliseconds);
parentPort!.postMessage("ready");
