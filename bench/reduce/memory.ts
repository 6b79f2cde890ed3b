/**
 * The shared memory of a measured all-reduce, and the work of each thread. It uses the same control words, waits and
 * kernels as training (packages/parallel/src/sync), without gradients. A step is one of these:
 *
 *   a write   every thread refills its partial, as a backward pass does, so that the partial is in its own cache
 *   a sum     every thread does an empty task; the last one done opens the slices; every thread sums its own slice
 *
 * There is no work stealing: with it, some threads could sleep through the barrier.
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

/** The parameters that all threads share. */
export interface ReduceShape {
  readonly threads: number;
  /** The most numbers of each partial; a multiple of 16. */
  readonly length: number;
  readonly kernels: KernelName;
}

export interface ReduceMemory {
  readonly control: Int32Array;
  /** [threads, length] */
  readonly partials: Float32Array;
  /** The sum, [length]. */
  readonly sum: Float32Array;
  /** The kernels' scratch memory, one for each thread. */
  readonly scratch: readonly Uint8Array[];
}

/** A cache line, in numbers: no two threads write to the same line. */
const LINE = 16;
/** A placeholder: sums need only the part of the scratch memory that does not depend on a layer. */
const NO_LAYER: LayerShape = { units: 1, inputs: 1, first: true, byLanes: false };

/** Lays out the memory, with the same regions in every thread. */
export function layOutReduce({ threads, length, kernels }: ReduceShape, arena: Arena): ReduceMemory {
  const { layout } = kernelsNamed(kernels);
  return {
    control: arena.int32(controlWords(threads)),
    partials: arena.float32(threads * length),
    sum: arena.float32(length),
    scratch: Array.from({ length: threads }, () => arena.uint8(layout.scratchBytes(NO_LAYER))),
  };
}

/** Returns number i of a thread's partial. Sums of these numbers need rounding, so the order of additions matters. */
export function termOf(thread: number, i: number): number {
  return Math.fround(((i * 7919 + thread * 104_729) % 65_521) / 65_521 - 0.5);
}

/** One thread of the all-reduce. */
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

  /** Does this thread's part of a step that has begun. */
  takePart(step: number, waiting: Waiting): void {
    const { control, partials } = this.memory;
    const { threads, length } = this.#shape;
    if (takeTask(control, this.#thread) === 0) return;
    // Read before the task is done: afterwards the next step may begin.
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
