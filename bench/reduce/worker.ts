/** A worker thread of a measured all-reduce. */
import { parentPort, workerData } from "node:worker_threads";
import { Arena, type ArenaPlace } from "@scratch-nn/core/engine";
import { isReleased, stepOf, Waiting } from "@scratch-nn/parallel/engine";
import { type ReduceShape, ReduceThread } from "./memory.ts";

export interface ReduceWork {
  readonly shape: ReduceShape;
  readonly place: ArenaPlace;
  readonly thread: number;
}

const { shape, place, thread } = workerData as ReduceWork;
const own = new ReduceThread(shape, new Arena(place), thread);
const { control } = own.memory;
const waiting = new Waiting(control);
parentPort!.postMessage("ready");
for (let step = 0; ; ) {
  const last = step;
  waiting.until("step", () => stepOf(control) !== last || isReleased(control));
  if (isReleased(control)) break;
  step = stepOf(control);
  own.takePart(step, waiting);
}
