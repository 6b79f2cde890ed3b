/** Controls the threads of a measured all-reduce from main, which is one of them. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Arena, chooseKernels, kernelsNamed, makeWorkplace } from "@scratch-nn/core/engine";
import { prepare, release, slicesAreDone, startStep, tasksAreDone, Waiting } from "@scratch-nn/parallel/engine";
import { layOutReduce, type ReduceMemory, type ReduceShape, ReduceThread } from "./memory.ts";
import type { ReduceWork } from "./worker.ts";

/** Milliseconds after which a thread that has not reached a step is considered dead. */
const PATIENCE = 60_000;

export class ReduceTeam {
  readonly threads: number;
  readonly memory: ReduceMemory;
  readonly #shape: ReduceShape;
  readonly #own: ReduceThread;
  readonly #workers: readonly Worker[];
  readonly #waiting: Waiting;

  private constructor(shape: ReduceShape, own: ReduceThread, workers: readonly Worker[]) {
    this.threads = shape.threads;
    this.memory = own.memory;
    this.#shape = shape;
    this.#own = own;
    this.#workers = workers;
    this.#waiting = new Waiting(own.memory.control);
  }

  /** Starts the workers. @param length numbers of the largest sum */
  static async start(threads: number, length: number): Promise<ReduceTeam> {
    const shape: ReduceShape = { threads, length: 16 * Math.ceil(length / 16), kernels: chooseKernels().name };
    const { arena } = makeWorkplace((at) => layOutReduce(shape, at), { shared: true });
    const own = new ReduceThread(shape, new Arena(arena.place), 0);
    prepare(own.memory.control);
    const workers = Array.from({ length: threads - 1 }, (_, i) => {
      const workerData: ReduceWork = { shape, place: arena.place, thread: i + 1 };
      return new Worker(new URL("./worker.ts", import.meta.url), { workerData });
    });
    await Promise.all(workers.map((worker) => once(worker, "message")));
    return new ReduceTeam(shape, own, workers);
  }

  /** Makes every thread write the first `count` numbers of its partial. */
  write(count: number): void {
    const { control } = this.memory;
    this.#begin(count, true);
    this.#until("tasks", () => tasksAreDone(control, this.threads));
  }

  /** Sums the first `count` numbers of the partials on all threads; 0: only a barrier. @returns milliseconds */
  sum(count: number): number {
    const { control } = this.memory;
    const start = performance.now();
    this.#begin(count, false);
    this.#until("slices", () => slicesAreDone(control, this.threads));
    return performance.now() - start;
  }

  /** Whether every number of the last sum is === the sum of the plain kernels. */
  isExact(count: number): boolean {
    const { partials: numbers, sum } = this.memory;
    const expected = new Float32Array(count);
    const { arena, regions } = makeWorkplace((at) => at.uint8(0), { shared: false });
    const plain = kernelsNamed("plain").bind(arena, regions, false);
    plain.reduce({ numbers, stride: this.#shape.length, count: this.threads }, 0, count, expected);
    return expected.every((each, i) => each === sum[i]);
  }

  async end(): Promise<void> {
    const ends = this.#workers.map((worker) => once(worker, "exit"));
    release(this.memory.control);
    await Promise.all(ends);
  }

  #begin(count: number, isWrite: boolean): void {
    const place = { epoch: 1, from: 0, to: count, atWork: this.threads, reductions: 0, isValidation: isWrite };
    const step = startStep(this.memory.control, place, () => 1);
    this.#own.takePart(step, this.#waiting);
  }

  #until(word: "tasks" | "slices", isOver: () => boolean): void {
    if (this.#waiting.untilOrTimeout(word, isOver, PATIENCE)) return;
    const start = performance.now();
    while (!this.#waiting.untilOrTimeout(word, isOver, PATIENCE)) {
      if (performance.now() - start >= PATIENCE) throw new Error("a thread of the all-reduce has not come to a step");
    }
  }
}
