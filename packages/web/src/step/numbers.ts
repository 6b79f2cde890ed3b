/**
 * Computes the numbers of one step with the engine that training uses: partial sums of shards and tasks, the tree, the
 * update. It does the work of several threads one after the other, which changes no bit.
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

/** The plain kernels lay sums out as the notes do: W1, b1, W2, b2, row by row. */
const KERNELS = kernelsNamed("plain");
const SEED = 1;
const ALPHA = 0.5;

/** A node of the tree over shards [first, end). */
export interface TreeNode {
  readonly first: number;
  readonly end: number;
  /** The level above the shards: 0 for a shard itself. */
  readonly level: number;
  /** The indices of the two nodes that it adds, the left one first; undefined for a shard. */
  readonly adds: readonly [number, number] | undefined;
  /** m dW and m db of these shards: W1, b1, W2, b2. */
  readonly sum: Float32Array;
}

export interface StepNumbers {
  readonly plan: StepPlan;
  /** The shards first, then sums of two nodes in the tree's order of additions; the root is the last. */
  readonly nodes: readonly TreeNode[];
  /** The network before the step, and its parameters after it. */
  readonly before: Network;
  readonly after: Float32Array;
  /** The examples of the step, and the learning rate of its update. */
  readonly examples: ReturnType<typeof examplesOf>;
  readonly alpha: number;
}

/** Plans a step with these settings, as the engine does. */
export function planOf({
  m,
  shards,
  workers,
  update,
}: Pick<StepSettings, "m" | "shards" | "workers" | "update">): StepPlan {
  return planStep({ layers: LAYERS, batchSize: m, shards }, workers, update, KERNELS.layout);
}

/** Generates points of three classes in the plane. The n-th point depends on n alone. */
function examplesOf(m: number) {
  const random = randomStream(SEED, 100);
  const labels = Uint16Array.from({ length: m }, (_, c) => c % 3);
  const X = Float32Array.from({ length: 2 * m }, (_, i) => (labels[i >> 1] === i % 2 ? 1 : -0.5) + random.normal(i));
  return { X, labels };
}

/** Allocates the memory of a step, passes it to `work`, and releases it. */
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
  /** Computes a task's sum into a partial sum's memory. @returns the numbers there */
  compute(task: Task, into: number): Float32Array;
}

/** Computes every number that the picture shows. */
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

/** Appends the sums of the tree's inner nodes. */
function addUp(nodes: TreeNode[], shards: number): void {
  /** The index of the node whose sum is currently at shard s. */
  const at = Array.from({ length: shards }, (_, s) => s);
  for (const [into, from] of treeAdditions(shards)) {
    const [left, right] = [nodes[at[into]], nodes[at[from]]];
    const sum = left.sum.map((value, i) => value + right.sum[i]);
    const adds = [at[into], at[from]] as const;
    nodes.push({ first: left.first, end: right.end, level: Math.max(left.level, right.level) + 1, adds, sum });
    at[into] = nodes.length - 1;
  }
}

/** Does the step as training does it, one task after the other, then one slice after the other. */
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

/** Computes m dW and m db of the batch, as each number of workers from 1 computes them. */
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
 * Adds the same sums in another order, as many programs do: each partial sum is added to the total when it is done.
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
