/**
 * The numbers of one step, by the engine that training uses: the partial sums of shards and tasks, the tree, the update.
 * What several threads would do is done here one after the other, which changes no bit.
 */
import { createNetwork, type Network } from "@scratch-nn/core";
import {
  checkExamples,
  descentStep,
  firstOf,
  kernelsNamed,
  layOutSteps,
  makeWorkplace,
  orderOf,
  packParameters,
  planStep,
  prepareWeights,
  randomStream,
  type StepPlan,
  type Task,
  type TrainingShape,
  taskGradient,
  treeAdditions,
  updateSlice,
  walkSubtree,
  workbenchOf,
} from "@scratch-nn/core/engine";
import { LAYERS, RANGES, type StepSettings } from "./settings.ts";

/** They lay sums out as the notes do: W1, b1, W2, b2, row after row. */
const KERNELS = kernelsNamed("plain");
const SEED = 1;
const ALPHA = 0.5;

/** A node of the tree over shards [first, end). */
export interface TreeNode {
  readonly first: number;
  readonly end: number;
  /** Levels above the shards: 0 for a shard itself. */
  readonly level: number;
  /** The nodes that it adds, the left one first; none of a shard. */
  readonly adds: readonly [number, number] | undefined;
  /** m dW and m db of these shards: W1, b1, W2, b2. */
  readonly sum: Float32Array;
}

export interface StepNumbers {
  readonly plan: StepPlan;
  /** Shards first, then sums of two, in the order in which the tree adds; the root is the last. */
  readonly nodes: readonly TreeNode[];
  /** Before the step and after it. */
  readonly before: Network;
  readonly after: Float32Array;
  /** What it is a step of, and the alpha of its update. */
  readonly examples: ReturnType<typeof examplesOf>;
  readonly alpha: number;
}

/** How a step of these settings is cut: the plan of the engine. */
export function planOf({
  m,
  shards,
  workers,
  update,
}: Pick<StepSettings, "m" | "shards" | "workers" | "update">): StepPlan {
  return planStep({ layers: LAYERS, batchSize: m, shards }, workers, update, KERNELS.layout);
}

/** Points of three kinds in the plane, the n-th a function of n. */
function examplesOf(m: number) {
  const random = randomStream(SEED, 100);
  const labels = Uint16Array.from({ length: m }, (_, c) => c % 3);
  const X = Float32Array.from({ length: 2 * m }, (_, i) => (labels[i >> 1] === i % 2 ? 1 : -0.5) + random.normal(i));
  return { X, labels };
}

/** Makes the memory of a step and hands it to `work`. */
function withMemory<Result>(settings: StepSettings, work: (bench: Bench) => Result): Result {
  const { m, shards, workers, update } = settings;
  const network = createNetwork({ layers: LAYERS, seed: SEED });
  const data = checkExamples(examplesOf(m), network);
  const shape: TrainingShape = {
    layers: LAYERS,
    activation: network.activation,
    examples: m,
    batchSize: m,
    shards,
    threads: workers,
    update,
  };
  const { arena, regions, holdsFeatures, release } = makeWorkplace((at) => layOutSteps(shape, KERNELS.layout, at), {
    shared: false,
  });
  try {
    const kernels = KERNELS.bind(arena, regions.threads[0].scratch, holdsFeatures);
    orderOf(regions, 1).set(data.columns);
    packParameters(network, regions.network, KERNELS.layout);
    prepareWeights(regions.network, KERNELS.layout, kernels);
    const bench = workbenchOf(regions, 0, data, kernels);
    const batch = { order: orderOf(regions, 1), from: 0, to: m, shards };
    const compute = (task: Task, into: number): Float32Array => {
      for (const _ of taskGradient(task, batch, bench, regions.partials.sums[into], false));
      return regions.partials.sums[into].parameters;
    };
    return work({ network, memory: regions, plan: regions.plans[workers], kernels, compute });
  } finally {
    release();
  }
}

interface Bench {
  readonly network: Network;
  readonly memory: ReturnType<typeof layOutSteps>;
  readonly plan: StepPlan;
  readonly kernels: ReturnType<typeof KERNELS.bind>;
  /** Computes a task's sum into a partial. @returns the partial's numbers */
  compute(task: Task, into: number): Float32Array;
}

/** Each number that the picture shows. */
export function numbersOf(settings: StepSettings): StepNumbers {
  return withMemory(settings, ({ network, memory, plan, kernels, compute }) => {
    const nodes: TreeNode[] = [];
    for (let s = 0; s < settings.shards; s++) {
      const sum = compute({ first: s, end: s + 1, ...walkSubtree(s, s + 1, 1) }, 0).slice();
      nodes.push({ first: s, end: s + 1, level: 0, adds: undefined, sum });
    }
    addUp(nodes, settings.shards);
    updateBy(memory, plan, kernels, compute, settings.m);
    const after = memory.network.parameters.slice();
    return { plan, nodes, before: network, after, examples: examplesOf(settings.m), alpha: ALPHA };
  });
}

/** Appends the sums of the tree. */
function addUp(nodes: TreeNode[], shards: number): void {
  /** Which node has the sum that stands in shard s at the moment. */
  const at = Array.from({ length: shards }, (_, s) => s);
  for (const [into, from] of treeAdditions(shards)) {
    const [left, right] = [nodes[at[into]], nodes[at[from]]];
    const sum = left.sum.map((value, i) => value + right.sum[i]);
    const adds = [at[into], at[from]] as const;
    nodes.push({ first: left.first, end: right.end, level: Math.max(left.level, right.level) + 1, adds, sum });
    at[into] = nodes.length - 1;
  }
}

/** The step of training itself, task after task, then slice after slice. */
function updateBy(
  memory: Bench["memory"],
  { tasks, slices }: StepPlan,
  kernels: Bench["kernels"],
  compute: Bench["compute"],
  m: number,
): void {
  for (const [t, task] of tasks.entries()) compute(task, t);
  const step = descentStep(m, ALPHA);
  const rule = {
    isByPart: false,
    update: ({ parameters, begin, end, sum }: Parameters<typeof kernels.momentum>[0]) =>
      kernels.descend(parameters, begin, end, sum, step),
  };
  const { sum } = memory.threads[0];
  const partials = firstOf(memory.partials, tasks.length);
  for (const slice of slices) updateSlice(slice, { network: memory.network, slots: [], partials, rule, sum, kernels });
}

/** m dW and m db of the batch as that many workers make them, for each number of workers from 1. */
export function sumsByWorkers(settings: StepSettings): Float32Array[] {
  return Array.from({ length: RANGES.workers.max }, (_, w) =>
    withMemory({ ...settings, workers: w + 1 }, ({ memory, plan, kernels, compute }) => {
      for (const [t, task] of plan.tasks.entries()) compute(task, t);
      const { length } = memory.network.parameters;
      const total = new Float32Array(length);
      kernels.reduce(firstOf(memory.partials, plan.tasks.length), 0, length, total);
      return total;
    }),
  );
}

/**
 * The same sums added in another order, as many programs do: each partial is added to the total when it is done.
 * @param order the tasks in the order in which they are done
 */
export function sumInOrder(tasks: readonly Task[], order: readonly number[], nodes: readonly TreeNode[]): Float32Array {
  const total = new Float32Array(nodes[0].sum.length);
  for (const t of order) {
    const { first, end } = tasks[t];
    const partial = nodes.find((node) => node.first === first && node.end === end)!;
    for (let i = 0; i < total.length; i++) total[i] += partial.sum[i];
  }
  return total;
}
