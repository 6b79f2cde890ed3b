/**
 * What the threads of a measured all-reduce share, and what each of them does: the same words, waits and kernels as a
 * training's (packages/parallel/src/sync), without its gradients. A step is either of these:
 *
 *   a write   every thread fills its partial anew, as a backward pass would: what is added up lies in its own cache
 *   a sum     every thread does an empty task; the last to be done opens the slices; every thread sums its own
 *
 * Nobody takes others' tasks or slices: a barrier that some of the threads sleep through would be none.
 */
import { type Arena, type KernelName, type Kernels, kernelsNamed, type LayerShape } from "@scratch-nn/core/engine";
import {
  controlWords,
  isReleased,
  openSlices,
  placeOf,
  sliceDone,
  slicesAreOpen,
  takeSlice,
  takeTask,
  taskDone,
  type Waiting,
} from "@scratch-nn/parallel/engine";

/** What all threads know alike. */
export interface ReduceShape {
  readonly threads: number;
  /** Numbers of each partial, at most; a multiple of 16. */
  readonly length: number;
  readonly kernels: KernelName;
}

export interface ReduceMemory {
  readonly control: Int32Array;
  /** [threads, length] */
  readonly partials: Float32Array;
  /** The sum, [length]. */
  readonly sum: Float32Array;
  /** For the kernels of each thread alone. */
  readonly scratch: readonly Uint8Array[];
}

/** A cache line, in numbers: no two threads write to one. */
const LINE = 16;
/** Of no layer: sums need only the part of the scratch memory that does not depend on it. */
const NO_LAYER: LayerShape = { units: 1, inputs: 1, first: true, byLanes: false };

/** The same regions in every thread. */
export function layOutReduce({ threads, length, kernels }: ReduceShape, arena: Arena): ReduceMemory {
  const { layout } = kernelsNamed(kernels);
  return {
    control: arena.int32(controlWords(threads)),
    partials: arena.float32(threads * length),
    sum: arena.float32(length),
    scratch: Array.from({ length: threads }, () => arena.uint8(layout.scratchBytes(NO_LAYER))),
  };
}

/** A number of a thread's partial: one whose sums are rounded. */
export function termOf(thread: number, i: number): number {
  return Math.fround(((i * 7919 + thread * 104_729) % 65_521) / 65_521 - 0.5);
}

/** One thread's side. */
export class ReduceThread {
  readonly memory: ReduceMemory;
  readonly #thread: number;
  readonly #shape: ReduceShape;
  readonly #kernels: Kernels;
  readonly #terms: Float32Array;

  constructor(shape: ReduceShape, arena: Arena, thread: number) {
    this.#shape = shape;
    this.#thread = thread;
    this.memory = layOutReduce(shape, arena);
    this.#kernels = kernelsNamed(shape.kernels).bind(arena, this.memory.scratch[thread], false);
    this.#terms = Float32Array.from({ length: shape.length }, (_, i) => termOf(thread, i));
  }

  /** This thread's share of a step that has begun. */
  takePart(step: number, waiting: Waiting): void {
    const { control, partials } = this.memory;
    const { threads, length } = this.#shape;
    if (takeTask(control, this.#thread) === 0) return;
    // Read with the task in hand: afterwards the next step may begin.
    const { isValidation: isWrite, to: count } = placeOf(control);
    if (isWrite) partials.set(this.#terms.subarray(0, count), this.#thread * length);
    const isLast = taskDone(control, threads);
    if (isWrite) return;
    if (isLast) openSlices(control, threads);
    waiting.until("opened", () => slicesAreOpen(control, step) || isReleased(control));
    if (!takeSlice(control, this.#thread)) return;
    this.#sumSlice(count);
    sliceDone(control, threads);
  }

  #sumSlice(count: number): void {
    const { threads, length } = this.#shape;
    const lines = Math.ceil(count / LINE);
    const [begin, end] = [this.#thread, this.#thread + 1].map((thread) =>
      Math.min(count, LINE * Math.floor((thread * lines) / threads)),
    );
    if (begin === end) return;
    const partials = { numbers: this.memory.partials, stride: length, count: threads };
    this.#kernels.reduce(partials, begin, end, this.memory.sum.subarray(begin, end));
  }
}
