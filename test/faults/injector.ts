/**
 * Preloaded into every thread of a process: makes one thread, by default a worker, fail once, at a place and in a way
 * that the environment selects. The engine does not know of it: the functions of WebAssembly and Atomics fail.
 *
 *   FAULT_PLACE   see PLACES
 *   FAULT_CALL    the number of the thread's call at that place, from 1
 *   FAULT_KIND    see KINDS
 *   FAULT_MARKS   a folder; each injected fault leaves a file there
 *   FAULT_TIMES   the number of faults in all, default 1
 *   FAULT_THREAD  "main": the main thread fails instead
 */
import { openSync } from "node:fs";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";

/** The places at which a worker can fail, with the operations that it calls there. */
export const PLACES = {
  packing: ["gather", "gatherByLanes", "mapFeatures"],
  forward: ["affine", "affineByLanes", "affineOfFeatures", "activate", "activatePanel", "softmaxCrossEntropy"],
  backward: [
    "subtractOneHot",
    "backpropagate",
    "outerProducts",
    "outerProductsByLanes",
    "outerProductsOfFeatures",
    "rowSums",
  ],
  reducing: ["add", "reduce"],
  updating: ["descend", "momentum", "nesterov", "rmsprop", "adam", "transpose"],
  /** Before and after a chunk of an update; while a stage is opened. */
  noting: ["Atomics.store"],
  /** After a task or a slice, and once a stage is open. */
  arriving: ["Atomics.add"],
  taking: ["Atomics.sub"],
  waiting: ["Atomics.load"],
  /** After the last task or slice, and once a stage is open. */
  waking: ["Atomics.notify"],
} as const;
export type Place = keyof typeof PLACES;

export const KINDS = {
  throw() {
    throw new Error("injected");
  },
  exit() {
    process.exit(7);
  },
  heap() {
    const hoard: number[][] = [];
    for (;;) hoard.push(new Array<number>(1e6).fill(0.5));
  },
  loop() {
    for (;;);
  },
} as const;
export type Kind = keyof typeof KINDS;

const { FAULT_PLACE, FAULT_CALL, FAULT_KIND, FAULT_MARKS, FAULT_TIMES, FAULT_THREAD } = process.env;
let calls = 0;

/** Limits the faults of the whole process: each fault must create a file. */
function mayFail(): boolean {
  for (let i = 0; i < Number(FAULT_TIMES ?? 1); i++) {
    try {
      openSync(join(FAULT_MARKS!, `fault-${i}`), "wx");
      return true;
    } catch {
      // Another thread created the file first.
    }
  }
  return false;
}

function passes(): void {
  if (++calls === Number(FAULT_CALL) && mayFail()) KINDS[FAULT_KIND as Kind]();
}

if (isMainThread === (FAULT_THREAD === "main") && FAULT_PLACE !== undefined) {
  const names: readonly string[] = PLACES[FAULT_PLACE as Place];
  type Functions = Record<string, (...args: unknown[]) => unknown>;
  const guard = (functions: Functions, name: string): void => {
    const original = functions[name];
    functions[name] = (...args) => {
      passes();
      return original.apply(functions, args);
    };
  };

  const api = (globalThis as unknown as { WebAssembly: Record<string, unknown> }).WebAssembly;
  const Instance = api["Instance"] as new (...args: unknown[]) => { readonly exports: Functions };
  api["Instance"] = class {
    readonly exports: Functions;
    constructor(...args: unknown[]) {
      this.exports = { ...new Instance(...args).exports };
      for (const name of names) if (name in this.exports) guard(this.exports, name);
    }
  };
  for (const name of names) {
    if (name.startsWith("Atomics.")) guard(Atomics as unknown as Functions, name.slice("Atomics.".length));
  }
}
