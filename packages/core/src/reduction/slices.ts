/**
 * Slices: the ranges of the parameters that the all-reduce and the update are cut into. With one slice, the main thread
 * alone applies the notes' update. With more, each thread reduces and updates its own slice. Each element is summed
 * along the same tree and updated by the same formula on any thread.
 */
import type { Elements, KernelLayout, Kernels, PartialSums } from "../kernels/kernels.ts";
import { cutByPart, type Part } from "../optimisers/parts.ts";
import type { UpdateRule } from "../optimisers/settings.ts";
import { layerShapes, type PackedNetwork, packedLength, panelsOf } from "../passes/packed.ts";
import type { Range } from "../passes/update.ts";

/** Panels [first, end) of W[layer]. */
export interface Panels {
  readonly layer: number;
  readonly first: number;
  readonly end: number;
}

export interface Slice extends Range {
  /** The panels in the slice, whose transposes the update recomputes. */
  readonly panels: readonly Panels[];
}

/** A cache line, in numbers. No two threads write to the same line. */
const LINE = 16;
/** Numbers that are reduced and updated at a time; they stay in the cache between the two. */
export const CHUNK = 1024;

/**
 * Cuts the parameters into at most `count` slices: between panels where weights are transposed, else between cache
 * lines.
 */
export function planSlices(layers: readonly number[], layout: KernelLayout, count: number): Slice[] {
  const length = packedLength(layers, layout);
  const matrices = transposedMatrices(layers, layout);
  const cuts = Array.from({ length: count + 1 }, (_, i) => {
    const target = Math.round((i * length) / count);
    if (i === 0 || i === count) return target;
    const matrix = matrices.find(({ begin, end }) => begin < target && target < end);
    if (matrix === undefined) return target - (target % LINE);
    return matrix.begin + Math.round((target - matrix.begin) / matrix.panel) * matrix.panel;
  });
  const slices: Slice[] = [];
  for (let i = 0; i < count; i++) {
    const [begin, end] = [cuts[i], cuts[i + 1]];
    if (begin >= end) continue;
    const panels = matrices.flatMap((matrix) => {
      const from = Math.max(begin, matrix.begin);
      const to = Math.min(end, matrix.end);
      const first = (from - matrix.begin) / matrix.panel;
      return from < to ? [{ layer: matrix.layer, first, end: (to - matrix.begin) / matrix.panel }] : [];
    });
    slices.push({ begin, end, panels });
  }
  return slices;
}

/** The ranges of the parameters that hold weights with a transpose. */
function transposedMatrices(layers: readonly number[], layout: KernelLayout) {
  let at = 0;
  const matrices: { layer: number; begin: number; end: number; panel: number }[] = [];
  for (const [layer, shape] of layerShapes(layers).entries()) {
    if (layer === 0) continue;
    const length = layout.weightsLength(shape);
    if (layer > 1 && layout.transposedLength(shape) > 0) {
      matrices.push({ layer, begin: at, end: at + length, panel: length / panelsOf(shape, layout) });
    }
    at += length + layout.biasLength(shape.units);
  }
  return matrices;
}

/**
 * The journal of a slice's update: the old values of the chunk being updated, and the progress. If the thread dies,
 * another thread can finish the update with it.
 */
export interface Journal {
  /** The old values of the parameters, then of each slot of the optimiser: [1 + slots, CHUNK]. */
  readonly before: Float32Array;
  /** [1]: twice the number of updated chunks, plus 1 while `before` holds the old values of the next one. */
  readonly progress: Int32Array;
}

/** The inputs of the update, the same for every slice of a step. */
export interface SliceUpdate {
  readonly network: PackedNetwork;
  /** The partial sums of the step's tasks. */
  readonly partials: PartialSums;
  readonly rule: UpdateRule;
  /** The optimiser's state, each array in the layout of the parameters. */
  readonly slots: readonly Float32Array[];
  /** A buffer for the sum of a chunk, [CHUNK]. */
  readonly sum: Float32Array;
  readonly kernels: Kernels;
}

/**
 * Reduces a slice along the tree, updates it, and transposes its panels. With a journal, it first resumes an update
 * that another thread began.
 */
export function updateSlice(slice: Slice, work: SliceUpdate, journal?: Journal): void {
  const { network, slots, partials, sum, kernels } = work;
  const { parameters, packed, finite } = network;
  const numbers = [parameters, ...slots];
  const done = journal === undefined ? 0 : resume(slice, numbers, journal);
  for (let chunk = done; slice.begin + chunk * CHUNK < slice.end; chunk++) {
    const range = chunkOf(slice, chunk);
    if (journal !== undefined) {
      for (const [k, each] of numbers.entries()) {
        journal.before.set(each.subarray(range.begin, range.end), k * CHUNK);
      }
      Atomics.store(journal.progress, 0, 2 * chunk + 1);
    }
    kernels.reduce(partials, range.begin, range.end, sum);
    if (!updateChunk({ parameters, slots, begin: range.begin, end: range.end, sum }, work)) finite[0] = 0;
    if (journal !== undefined) Atomics.store(journal.progress, 0, 2 * chunk + 2);
  }
  for (const { layer, first, end } of slice.panels) kernels.transpose(packed[layer], first, end);
}

/** A placeholder for rules that ignore the part. */
const ANY_PART: Part = { layer: 1, areBiases: false };

/** @returns whether all numbers of the chunk are finite afterwards */
function updateChunk(chunk: Elements, { rule, network, kernels }: SliceUpdate): boolean {
  if (!rule.isByPart) return rule.update(chunk, kernels, ANY_PART);
  let areFinite = true;
  for (const { begin, end, part } of cutByPart(network, chunk)) {
    const sum = chunk.sum.subarray(begin - chunk.begin, end - chunk.begin);
    if (!rule.update({ ...chunk, begin, end, sum }, kernels, part)) areFinite = false;
  }
  return areFinite;
}

/** Undoes the chunk in which an update stopped. @returns the number of updated chunks */
function resume(slice: Slice, numbers: readonly Float32Array[], { before, progress }: Journal): number {
  const at = Atomics.load(progress, 0);
  const chunk = at >> 1;
  if (at % 2 === 1) {
    const { begin, end } = chunkOf(slice, chunk);
    for (const [k, each] of numbers.entries()) {
      each.set(before.subarray(k * CHUNK, k * CHUNK + end - begin), begin);
    }
  }
  return chunk;
}

function chunkOf({ begin, end }: Range, chunk: number): Range {
  const from = begin + chunk * CHUNK;
  return { begin: from, end: Math.min(from + CHUNK, end) };
}
