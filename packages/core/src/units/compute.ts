/** Computes the items of a step that is cut by units, in the notes' equations: those of passes/, on panels. */
import type { Kernels } from "../kernels/kernels.ts";
import type { UpdateRule } from "../optimisers/settings.ts";
import type { PackedNetwork } from "../passes/packed.ts";
import { addTotals, type Batch, type BatchTotals, loadAnswers, type TrainingData } from "../reduction/gradient.ts";
import { runStart } from "../reduction/shards.ts";
import { readProgress, type UnitMemory, writeProgress } from "./memory.ts";
import type { PanelRange, PanelViews } from "./panels.ts";
import type { ErrorsItem, ForwardItem, GatherItem, GradientItem, OutputItem, Run, UnitItem } from "./stages.ts";

/** What a thread needs to compute items. */
export interface UnitBench {
  readonly thread: number;
  readonly network: PackedNetwork;
  readonly data: TrainingData;
  readonly kernels: Kernels;
  readonly memory: UnitMemory;
  readonly views: PanelViews;
  /** The optimiser's state, each array in the layout of the parameters. */
  readonly slots: readonly Float32Array[];
}

/** The step of an item. */
export interface UnitStep {
  readonly batch: Batch;
  readonly rule: UpdateRule;
}

/** Computes an item of a step, whose views of the memory are made once. */
type Compute = (step: UnitStep) => void;

/** Returns a function that computes the items of a thread. */
export function unitComputer(bench: UnitBench): (item: UnitItem, step: UnitStep) => void {
  const prepared = new Map<UnitItem, Compute>();
  return (item, step) => {
    let compute = prepared.get(item);
    if (compute === undefined) {
      compute = prepare(item, bench);
      prepared.set(item, compute);
    }
    compute(step);
  };
}

function prepare(item: UnitItem, bench: UnitBench): Compute {
  const { network, kernels, memory } = bench;
  switch (item.kind) {
    case "gather":
      return gather(item, bench);
    case "map": {
      const { first, end } = item.panels;
      return ({ batch: { from, to } }) =>
        kernels.mapFeatures(memory.tile.A[0], network.packed[1].shape, to - from, first, end);
    }
    case "forward":
      return forward(item, bench);
    case "output":
      return output(item, bench);
    case "errors":
      return errors(item, bench);
    case "gradient":
      return gradient(item, bench);
    case "transpose": {
      const { first, end } = item.panels;
      return () => kernels.transpose(network.packed[item.layer], first, end);
    }
  }
}

/** Calls `compute` with the columns of a run that the batch has, if there are any. */
function onColumns({ first, end }: Run, compute: (run: Run, step: UnitStep) => void): Compute {
  return (step) => {
    const { from, to } = step.batch;
    if (first < to - from) compute({ first, end: Math.min(end, to - from) }, step);
  };
}

function gather({ columns }: GatherItem, { network, data, kernels, memory }: UnitBench): Compute {
  const { tile } = memory;
  return onColumns(columns, ({ first, end }, { batch: { order, from } }) => {
    const run = { order, first: from + first, count: end - first, at: first };
    kernels.gatherPart(data, run, tile.A[0], network.packed[1].shape);
    loadAnswers({ network, data, tile }, run);
  });
}

function forward({ layer, panels, columns }: ForwardItem, bench: UnitBench): Compute {
  const { kernels, memory, views } = bench;
  const { A, Z } = memory.tile;
  const part = views.units(layer, panels);
  const z = views.rows(Z[layer], panels);
  const zFrom = views.from(z, columns.first);
  const aFrom = views.from(views.rows(A[layer], panels), columns.first);
  return onColumns(columns, ({ first, end }) => {
    // A[l] = g(W[l] A[l-1] + b[l])
    kernels.affinePart(part, A[layer - 1], z, first, end);
    // A[l] = g(Z[l]), where g' cannot be computed from A[l]
    if (part.activationApart !== undefined) kernels.activate(part, zFrom, aFrom, end - first);
  });
}

function output({ columns }: OutputItem, { network, kernels, memory, views }: UnitBench): Compute {
  const { packed, layers, output: other } = network;
  const { A, Z, dZ } = memory.tile;
  const L = layers.length - 1;
  const last = views.output(memory.tile.last, columns.first);
  const z = views.from(Z[L - 1], columns.first);
  const before = views.from(dZ[L - 1], columns.first);
  return onColumns(columns, ({ first, end }) => {
    const count = end - first;
    // Z[L] = W[L] A[L-1] + b[L]
    kernels.affinePart(packed[L], A[L - 1], Z[L], first, end);
    // A[L] = softmax(Z[L]), dZ[L] = A[L] - Y, or another output or loss: see losses/
    if (other === undefined) {
      kernels.softmaxCrossEntropy(last.Z, last.A, last.answers, layers[L], count);
      kernels.subtractOneHot(last.A, last.answers.labels, last.dZ, layers[L], count);
    } else {
      other.forward(last, count, kernels);
      other.backward(last, count, kernels);
    }
    // dZ[L-1] = W[L]' dZ[L] * g'(Z[L-1])
    kernels.backpropagate(packed[L], last.dZ, z, before, count);
  });
}

function errors({ layer, panels, columns }: ErrorsItem, bench: UnitBench): Compute {
  const { kernels, memory, views } = bench;
  const { Z, dZ } = memory.tile;
  const part = views.inputs(layer, panels);
  const from = (matrix: Float32Array): Float32Array => views.from(matrix, columns.first);
  const z = from(views.rows(Z[layer - 1], panels));
  const out = from(views.rows(dZ[layer - 1], panels));
  const dZFrom = from(dZ[layer]);
  return onColumns(columns, ({ first, end }) => {
    // dZ[l-1] = W[l]' dZ[l] * g'(Z[l-1])
    kernels.backpropagate(part, dZFrom, z, out, end - first);
  });
}

/**
 * Computes dW and db of the item's parameters and updates them, panel after panel. If another thread has begun and died,
 * this goes on where it stopped.
 */
function gradient({ layer, panels, inputs, index }: GradientItem, bench: UnitBench): Compute {
  const { thread, network, kernels, memory, views } = bench;
  const { tile, progress } = memory;
  const { dW, db, counts } = memory.threads[thread];
  const A = tile.A[layer - 1];
  const parts = Array.from({ length: panels.end - panels.first }, (_, i) => {
    const run = { first: panels.first + i, end: panels.first + i + 1 };
    const { shape } = views.units(layer, run);
    const weights = elementsOf(views.weights(layer, run.first, inputs), dW, bench);
    const biases = inputs.first === 0 ? [elementsOf(views.biases(layer, run.first), db, bench)] : [];
    return { shape, dZ: views.rows(tile.dZ[layer], run), elements: [weights, ...biases] };
  });
  const shards = { counts, goesOn: false, inputs: views.inputRange(network.packed[layer].shape, inputs) };
  return ({ batch, rule }) => {
    const { done, holder } = readProgress(progress, index);
    if (holder !== undefined) restore(parts[done].elements, holder, bench);
    countColumns(batch, counts);
    for (let i = done; i < parts.length; i++) {
      const { shape, dZ, elements } = parts[i];
      // m dW[l] = dZ[l] A[l-1]'
      kernels.outerProducts(shape, dZ, A, shards, dW);
      // m db[l] = sum(dZ[l]), per row
      if (inputs.first === 0) kernels.rowSums(shape, dZ, shards, db);
      save(elements, bench);
      writeProgress(progress, index, { done: i, holder: thread });
      for (const each of elements) if (!rule.update(each, kernels, each.part)) network.finite[0] = 0;
      writeProgress(progress, index, { done: i + 1, holder: undefined });
    }
  };
}

/** Contiguous parameters, their optimiser's state and the buffer of their gradient. */
type PartElements = ReturnType<typeof elementsOf>;

function elementsOf({ begin, end, part }: PanelRange, buffer: Float32Array, { network, slots }: UnitBench) {
  const numbers = [network.parameters, ...slots].map((each) => each.subarray(begin, end));
  return { parameters: network.parameters, slots, begin, end, sum: buffer.subarray(0, end - begin), part, numbers };
}

/** Copies the old values of parameters and of their state into the thread's own buffer. */
function save(elements: readonly PartElements[], { thread, memory }: UnitBench): void {
  const { before } = memory.threads[thread];
  let at = 0;
  for (const { numbers } of elements) {
    for (const each of numbers) {
      before.set(each, at);
      at += each.length;
    }
  }
}

/** Writes the old values back that another thread, or this one, has saved. */
function restore(elements: readonly PartElements[], holder: number, { memory }: UnitBench): void {
  const { before } = memory.threads[holder];
  let at = 0;
  for (const { numbers } of elements) {
    for (const each of numbers) {
      each.set(before.subarray(at, at + each.length));
      at += each.length;
    }
  }
}

/** @param counts receives the number of columns of each shard of the batch */
function countColumns({ from, to, shards }: Batch, counts: Uint32Array): void {
  for (let s = 0; s < shards; s++) counts[s] = runStart(to - from, shards, s + 1) - runStart(to - from, shards, s);
}

/** Computes the batch's figures, once all items of the output stage are done. */
export function totalUnits(batch: Batch, totals: BatchTotals, { thread, network, memory }: UnitBench): void {
  const { tile, threads } = memory;
  const { counts } = threads[thread];
  totals.losses.fill(0);
  totals.correct.fill(0);
  countColumns(batch, counts);
  addTotals({ network, tile, totals }, counts, 0);
}
