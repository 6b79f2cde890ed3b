/**
 * Preloaded into every thread of a process: makes a thread, a worker unless told otherwise, fail once, at a place and in a way that the
 * environment names. The engine knows nothing of it: it is what WebAssembly and Atomics do that goes wrong.
 *
 *   FAULT_PLACE   see PLACES
 *   FAULT_CALL    at which call of a worker's there, from 1
 *   FAULT_KIND    see KINDS
 *   FAULT_MARKS   a folder; a fault that is injected leaves a file there
 *   FAULT_TIMES   how often in all, default 1
 *   FAULT_THREAD  "main": the main thread fails instead
 */
import { openSync } from "node:fs";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";

/** Where a worker can stand, and which operations it calls there. */
export const PLACES = {
  packing: ["gather", "gatherByLanes", "mapFeatures"],
  forward: ["affine", "affineByLanes", "affineOfFeatures", "softmaxCrossEntropy"],
  backward: ["backpropagate", "outerProducts", "outerProductsByLanes", "outerProductsOfFeatures", "rowSums"],
  reducing: ["add", "reduce"],
  updating: ["descend", "momentum", "nesterov", "rmsprop", "adam", "transpose"],
  /** Before and after a chunk of an update. */
  noting: ["Atomics.store"],
  /** After a task or a slice. */
  arriving: ["Atomics.add"],
  taking: ["Atomics.sub"],
  waiting: ["Atomics.load"],
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

/** One of so many in the whole process: whoever makes the file. */
function mayFail(): boolean {
  for (let i = 0; i < Number(FAULT_TIMES ?? 1); i++) {
    try {
      openSync(join(FAULT_MARKS!, `fault-${i}`), "wx");
      return true;
    } catch {
      // Another one was faster.
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
