import { createNetwork, type Network, networkOf, type OptimizerName } from "@scratch-nn/core";
import {
  firstOf,
  KERNEL_NAMES,
  type KernelName,
  kernelsNamed,
  layOutSteps,
  makeWorkplace,
  OPTIMISERS,
  type OptimizerSettings,
  packParameters,
  planSchedule,
  prepareWeights,
  randomStream,
  unpackParameters,
  updateRule,
  updateSlice,
} from "@scratch-nn/core/engine";
import { describe, expect, it } from "vitest";
import { dies, failing, firstHalf } from "../support/dying-thread.ts";

/** Large enough that slices have several chunks, and odd enough that panels are not full. */
const LAYERS = [131, 77, 50, 5];
const THREADS = 3;

const drawn = new Map<number, Network>();

/** A random number for each parameter. */
function numbersOf(which: number): Network {
  const before = drawn.get(which);
  if (before !== undefined) return before;
  const stream = randomStream(3, 1);
  const parameters = createNetwork({ layers: LAYERS }).parameters.map((_, i) => stream.normal(which * 1e6 + i));
  const numbers = networkOf(LAYERS, "relu", parameters);
  drawn.set(which, numbers);
  return numbers;
}

/** A step of three threads after its tasks, with random partial sums. */
function atUpdate(name: KernelName, update: "main" | "slices", optimizer: OptimizerName) {
  const { layout, bind } = kernelsNamed(name);
  const shape = {
    layers: LAYERS,
    activation: "relu",
    examples: 640,
    batchSize: 640,
    shards: 8,
    threads: THREADS,
    update,
    slots: OPTIMISERS[optimizer].slots,
  } as const;
  const { arena, regions: memory } = makeWorkplace((at) => layOutSteps(shape, layout, at), { shared: true });
  const kernels = bind(arena, memory.threads[0].scratch, false);
  const network = createNetwork({ layers: LAYERS });
  packParameters(network, memory.network, layout);
  prepareWeights(memory.network, layout, kernels);
  const plan = memory.plans[THREADS];
  for (const [task, { W, b }] of memory.partials.sums.slice(0, plan.tasks.length).entries()) {
    const sums = numbersOf(task);
    for (const [l, part] of W.entries()) if (l > 0) layout.packWeights(sums.W[l], part, memory.network.packed[l].shape);
    for (const [l, part] of b.entries()) part.set(sums.b[l]);
  }
  // The optimiser's state. Its squares are not negative.
  for (const [k, slot] of memory.slots.entries()) {
    const { parameters } = numbersOf(100 + k);
    const kept = networkOf(LAYERS, "relu", parameters.map(Math.abs));
    packParameters(kept, { ...slot, layers: LAYERS }, layout);
  }
  const settings: OptimizerSettings = { name: optimizer, ...OPTIMISERS[optimizer].defaults };
  const updates = { optimizer: settings, learningRate: 0.1, schedule: planSchedule(), epochs: 2 };
  const work = {
    network: memory.network,
    partials: firstOf(memory.partials, plan.tasks.length),
    slots: memory.slots.map(({ parameters }) => parameters),
    rule: updateRule({ ...updates, batchSize: 64, batchesPerEpoch: 1 }, { epoch: 2, from: 0, to: 64 }),
    sum: memory.threads[0].sum,
    kernels,
  };
  /** The current parameters, transposed weights and optimiser state. */
  const state = () => {
    unpackParameters(memory.network, network, LAYERS, layout);
    const transposed = memory.network.packed.map((layer) => Array.from(layer.transposedW));
    const parameters = Array.from(network.parameters);
    const kept = memory.slots.map((slot) => {
      unpackParameters(slot, network, LAYERS, layout);
      return Array.from(network.parameters);
    });
    return { parameters, transposed, kept };
  };
  return { memory, plan, work, state };
}

const CASES = KERNEL_NAMES.flatMap((name) =>
  (["gradient-descent", "adamw"] as const).map((optimizer) => [name, optimizer] as const),
);

describe.each(CASES)("an update in slices, %s, %s", (name, optimizer) => {
  const whole = atUpdate(name, "main", optimizer);
  updateSlice(whole.plan.slices[0], whole.work);
  const expected = whole.state();

  it("gives the numbers of one by main alone, in any order of the slices", () => {
    const { plan, work, state, memory } = atUpdate(name, "slices", optimizer);
    expect(plan.slices).toHaveLength(THREADS);
    for (const slice of plan.slices.toReversed()) updateSlice(slice, work, memory.journals[plan.slices.indexOf(slice)]);
    expect(state()).toEqual(expected);
  });

  it("is finished by another thread wherever it was interrupted", () => {
    const { length } = atUpdate(name, "slices", optimizer).plan.slices;
    let interruptions = 0;
    for (let slice = 0; slice < length; slice++) {
      for (let calls = 0; ; calls++) {
        const { plan, work, state, memory } = atUpdate(name, "slices", optimizer);
        for (const [i, each] of plan.slices.entries()) {
          if (i !== slice) updateSlice(each, work, memory.journals[i]);
        }
        const journal = memory.journals[slice];
        if (!dies(() => updateSlice(plan.slices[slice], interrupted(work, calls), journal))) break;
        interruptions++;
        updateSlice(plan.slices[slice], work, journal);
        expect(state()).toEqual(expected);
      }
    }
    expect(interruptions).toBeGreaterThan(8);
  });
});

type Work = ReturnType<typeof atUpdate>["work"];

/** The same work with kernels that fail at an operation, after half of the update's numbers have been written. */
function interrupted(work: Work, calls: number): Work {
  const { kernels } = work;
  const fail = failing({ left: calls });
  return {
    ...work,
    kernels: {
      ...kernels,
      reduce: fail(kernels.reduce),
      descend: fail(kernels.descend, (W, begin, end, sum, step) => {
        kernels.descend(W, begin, firstHalf({ begin, end }).end, sum, step);
      }),
      adam: fail(kernels.adam, (elements, step) => kernels.adam(firstHalf(elements), step)),
      transpose: fail(kernels.transpose),
    },
  };
}
