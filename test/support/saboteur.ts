/** Preloaded into every thread: in a worker, the 50th tile that it fetches throws. */
import { isMainThread } from "node:worker_threads";

if (!isMainThread) {
  const { set } = Float32Array.prototype;
  let calls = 0;
  Float32Array.prototype.set = function sabotaged(...args) {
    if (++calls === 50) throw new RangeError("sabotage");
    set.apply(this, args);
  };
}
