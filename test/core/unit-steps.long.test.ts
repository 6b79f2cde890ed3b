import { type Activation, createNetwork, type OptimizerName } from "@scratch-nn/core";
import {
  type Arena,
  finish,
  firstOf,
  type KernelName,
  type Kernels,
  kernelsNamed,
  layOutSteps,
  layOutUnits,
  lossesAreFinite,
  makeWorkplace,
  OPTIMISERS,
  type OptimizerSettings,
  PanelViews,
  packParameters,
  planSchedule,
  prepareWeights,
  randomStream,
  readProgress,
  taskGradient,
  totalUnits,
  type UnitItem,
  unitComputer,
  updateRule,
  updateSlice,
  workbenchOf,
} from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { sha256 } from "../support/digest.ts";
import { dies, failing, firstHalf } from "../support/dying-thread.ts";
import { someExamples } from "../support/examples.ts";

/** Ranges of inputs, items of several panels, and panels that are not full. */
const LAYERS = [131, 201, 50, 5];
/** Three blocks of columns, the last with two. */
const BATCH = 130;
const THREADS = 3;
const random = randomStream(5, 1);
let draws = 0;
const below = (count: number): number => random.below(count, draws++);

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, at: below(1e9) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** The second step of an epoch, before it begins. */
function someStep(name: KernelName, optimizer: OptimizerName, activation: Activation) {
  const { layout, bind } = kernelsNamed(name);
  const shape = {
    layers: LAYERS,
    activation,
    examples: 2 * BATCH,
    batchSize: BATCH,
    shards: 8,
    threads: THREADS,
    update: "units",
    slots: OPTIMISERS[optimizer].slots,
  } as const;
  const layOut = (at: Arena) => ({ memory: layOutSteps(shape, layout, at), units: layOutUnits(shape, layout, at)! });
  const { arena, regions } = makeWorkplace(layOut, { shared: true });
  const { memory, units } = regions;
  const { network, totals } = memory;
  const slots = memory.slots.map(({ parameters }) => parameters);
  const type = activation === "relu" ? "bytes" : "floats";
  const { X, labels } = someExamples(LAYERS[0], 2 * BATCH, LAYERS.at(-1)!, type);
  const data = { X: X.map((x, i) => (i % 3 === 0 ? 0 : x)), labels, scale: type === "bytes" ? 1 / 255 : 1 } as const;
  memory.orders[0].set(shuffled(Array.from(labels.keys())));
  const settings: OptimizerSettings = { name: optimizer, ...OPTIMISERS[optimizer].defaults };
  const updates = { optimizer: settings, learningRate: 0.1, schedule: planSchedule(), epochs: 2, batchSize: BATCH };

  /** Kernels fail at an operation once so many more are done, after they have written half of its numbers. */
  const fuse = { left: Number.POSITIVE_INFINITY };
  const threads = memory.threads.map(({ scratch }, thread) => {
    const kernels = bind(arena, scratch, false);
    const views = new PanelViews(network, layout);
    const bench = { thread, network, data, kernels: withFuse(kernels, fuse), memory: units, views, slots };
    return { kernels, bench, compute: unitComputer(bench) };
  });
  const [{ kernels, bench: main }] = threads;

  const atFirst = createNetwork({ layers: LAYERS, activation, seed: 4 });
  const kept = slots.map((slot, k) => slot.map((_, i) => Math.abs(random.normal((k + 1) * 1e6 + i)) / 100));
  const reset = (): void => {
    packParameters(atFirst, network, layout);
    prepareWeights(network, layout, kernels);
    for (const [k, slot] of slots.entries()) slot.set(kept[k]);
    for (const { before } of units.threads) before.fill(Number.NaN);
    units.progress.fill(0);
    const { A, Z, dZ, answers } = units.tile;
    for (const matrix of [...A, ...Z, ...dZ, answers.losses]) matrix.fill(0);
    totals.losses.fill(Number.NaN);
  };
  const state = () => ({
    parameters: sha256(network.parameters),
    transposed: network.packed.map(({ transposedW }) => sha256(transposedW)),
    slots: slots.map(sha256),
    finite: network.finite[0],
    losses: [...totals.losses],
    correct: [...totals.correct],
  });
  const stepOf = (columns: number) => {
    const place = { from: BATCH, to: BATCH + columns };
    const batch = { order: memory.orders[0], ...place, shards: shape.shards };
    return { batch, rule: updateRule({ ...updates, batchesPerEpoch: 2 }, { epoch: 2, ...place }) };
  };
  /** The state after core's step with so many columns. */
  const whole = (columns: number) => {
    reset();
    const { batch, rule } = stepOf(columns);
    const { tasks, slices } = memory.plans[1];
    finish(taskGradient(tasks[0], batch, workbenchOf(memory, 0, data, kernels), memory.partials.sums[0], false));
    const { sum } = memory.threads[0];
    updateSlice(slices[0], { network, slots, partials: firstOf(memory.partials, 1), rule, sum, kernels });
    return state();
  };
  /** Threads compute stages, from `first` on. @param order of the items of a stage, with the threads that take them */
  const computeStages = (
    columns: number,
    first: number,
    order: (items: readonly UnitItem[], stage: number) => Iterable<readonly [UnitItem, number]>,
  ): void => {
    const { stages, output } = units.planOf(THREADS)!;
    const step = stepOf(columns);
    for (let stage = first; stage < stages.length; stage++) {
      for (const [item, thread] of order(stages[stage], stage)) threads[thread].compute(item, step);
      if (stage === output) totalUnits(step.batch, totals, main);
    }
  };
  return { fuse, units, totals, reset, state, whole, computeStages };
}

const CASES = (["simd128", "simd256"] as const).flatMap((name) =>
  (
    [
      ["gradient-descent", "relu"],
      // An update by part, and an activation that is computed apart.
      ["adamw", "gelu"],
    ] as const
  ).map(([optimizer, activation]) => [name, optimizer, activation] as const),
);

describe.each(CASES)("a step that is cut by units, %s, %s, %s", (name, optimizer, activation) => {
  const { fuse, units, totals, reset, state, whole, computeStages } = someStep(name, optimizer, activation);
  const plan = units.planOf(THREADS)!;

  it.each([BATCH, 67, 8, 1])("gives the numbers of core's step with any order of items: %i columns", (columns) => {
    const expected = whole(columns);
    for (let i = 0; i < 5; i++) {
      reset();
      computeStages(columns, 0, (items) => shuffled(items).map((item) => [item, below(THREADS)] as const));
      expect(state()).toEqual(expected);
    }
  });

  it("is finished by another thread wherever it was interrupted", () => {
    const columns = 99;
    const expected = whole(columns);
    const stagesOfDeaths = new Set<number>();
    const restored = new Set<string>();
    let deathsOfTwo = 0;
    const orders = plan.stages.map((items) => shuffled(items).map((item) => [item, below(THREADS)] as const));
    for (let calls = 0; ; calls++) {
      reset();
      /** The interruption: the stage, and the items of it that nobody has taken yet. */
      const death = { stage: 0, thread: 0, left: [] as UnitItem[] };
      const wasInterrupted = dies(() =>
        computeStages(columns, 0, function* (_, stage) {
          if (stage === plan.output) fuse.left = calls;
          for (const [i, [item, thread]] of orders[stage].entries()) {
            Object.assign(death, { stage, thread, left: orders[stage].slice(i + 1).map(([other]) => other) });
            yield [item, thread] as const;
          }
        }),
      );
      fuse.left = Number.POSITIVE_INFINITY;
      if (!wasInterrupted) break;
      const { stage, thread, left } = death;
      stagesOfDeaths.add(stage);
      for (const index of units.progress.keys()) {
        const { done, holder } = readProgress(units.progress, index);
        if (holder !== undefined) restored.add(`panel ${done} of item ${index}`);
      }
      // Another thread still computes what it holds, or dies as well.
      const [another, last] = [(thread + 1) % THREADS, (thread + 2) % THREADS];
      const held = left.slice(0, below(3));
      fuse.left = below(10);
      const stop = (): boolean =>
        dies(() => computeStages(columns, stage, (_, at) => (at === stage ? held.map((item) => [item, another]) : [])));
      if (stage > plan.output && stop()) deathsOfTwo++;
      fuse.left = Number.POSITIVE_INFINITY;
      // A step that has changed no parameter is computed again.
      if (stage <= plan.output) units.progress.fill(0);
      const first = stage > plan.output ? stage : 0;
      computeStages(columns, first, (items) => items.map((item) => [item, last] as const));
      expect(state(), `after ${calls} operations`).toEqual(expected);
    }
    expect([...stagesOfDeaths]).toEqual(plan.stages.map((_, stage) => stage).slice(plan.output));
    const gradients = plan.stages.flat().filter((item) => item.kind === "gradient");
    expect(restored.size).toBe(gradients.reduce((sum, { panels: { first, end } }) => sum + end - first, 0));
    expect(restored.size).toBeGreaterThan(gradients.length);
    expect(deathsOfTwo).toBeGreaterThan(3);
    expect(lossesAreFinite(totals.losses)).toBe(true);
  });
});

/** The same kernels; an operation fails once the fuse has burnt down, after half of its numbers have been written. */
function withFuse(kernels: Kernels, fuse: { left: number }): Kernels {
  const half = (count: number): number => 4 * Math.ceil(count / 8);
  const fail = failing(fuse);
  return {
    ...kernels,
    gatherPart: fail(kernels.gatherPart),
    mapFeatures: fail(kernels.mapFeatures),
    affinePart: fail(kernels.affinePart, (layer, A, out, first, end) =>
      kernels.affinePart(layer, A, out, first, first + half(end - first)),
    ),
    softmaxCrossEntropy: fail(kernels.softmaxCrossEntropy, (Z, A, answers, units, columns) =>
      kernels.softmaxCrossEntropy(Z, A, answers, units, half(columns)),
    ),
    subtractOneHot: fail(kernels.subtractOneHot, (A, labels, dZ, units, columns) =>
      kernels.subtractOneHot(A, labels, dZ, units, half(columns)),
    ),
    backpropagate: fail(kernels.backpropagate, (layer, dZ, Z, out, columns) =>
      kernels.backpropagate(layer, dZ, Z, out, half(columns)),
    ),
    outerProducts: fail(kernels.outerProducts, (_shape, _dZ, _A, _shards, dW) => dW.fill(Number.NaN)),
    rowSums: fail(kernels.rowSums, (_shape, _dZ, _shards, db) => db.fill(Number.NaN)),
    descend: fail(kernels.descend, (W, begin, end, sum, step) => {
      kernels.descend(W, begin, firstHalf({ begin, end }).end, sum, step);
    }),
    adam: fail(kernels.adam, (elements, step) => kernels.adam(firstHalf(elements), step)),
    transpose: fail(kernels.transpose, (layer, first, end) =>
      kernels.transpose(layer, first, Math.ceil((first + end) / 2)),
    ),
  };
}
