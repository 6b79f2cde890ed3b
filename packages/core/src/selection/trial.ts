/** Checks that kernels give the bits of the plain ones on this machine. */
import { type Arena, makeWorkplace } from "../kernels/arena.ts";
import { now } from "../kernels/clock.ts";
import type { KernelSource } from "../kernels/kernels.ts";
import { createNetwork } from "../model/create-network.ts";
import type { Network } from "../model/network.ts";
import { randomStream } from "../numerics/random.ts";
import { type DropoutSettings, dropoutMasks } from "../optimisers/dropout.ts";
import { planSchedule } from "../optimisers/schedule.ts";
import { OPTIMIZERS, planOptimizer, updateRule } from "../optimisers/settings.ts";
import { backward } from "../passes/backward.ts";
import { forward } from "../passes/forward.ts";
import { packedLength, packParameters, prepareWeights, unpackParameters, viewPacked } from "../passes/packed.ts";
import { layOutPasses, mostShards } from "../passes/tile.ts";
import { descentStep, update } from "../passes/update.ts";
import { firstOf, layOutPartials } from "../reduction/partials.ts";

interface Job extends Pick<Network, "layers" | "activation"> {
  /** Whether its steps use dropout. */
  readonly dropout?: boolean;
}

/** Small networks whose steps together use every operation. */
const JOBS: readonly Job[] = [
  { layers: [21, 19, 17, 3], activation: "relu" },
  { layers: [21, 5, 4], activation: "tanh" },
  { layers: [3, 18, 2], activation: "gelu" },
  { layers: [5, 35, 2], activation: "relu", dropout: true },
];
/** Columns of each shard: as many as unrolled loops process at once, and more. */
const SHARDS: readonly number[] = [9, 2, 8];
const COLUMNS = SHARDS.reduce((sum, count) => sum + count);
const SCALE = Math.fround(1 / 255);
const STEP = descentStep(COLUMNS, 0.1);
/** The second step of every optimiser. */
const RULES = OPTIMIZERS.map((name) => {
  const run = { optimizer: planOptimizer({ name }), learningRate: 0.01, schedule: planSchedule(), epochs: 2 };
  return updateRule({ ...run, batchSize: COLUMNS, batchesPerEpoch: 1 }, { epoch: 2, from: 0, to: COLUMNS });
});

const DROPOUT: DropoutSettings = { rate: 0.4, schedule: "constant", seed: 1 };

/** The check repeats for this long, since an optimising compiler takes over only after some runs. */
const CHECK_MILLISECONDS = 4;

/**
 * Trains the networks repeatedly for a few milliseconds.
 * @param expected the result of {@link trainOnce} with the plain kernels
 * @returns whether all parameters were the expected ones, bit for bit, each time
 */
export function givesTheBits(source: KernelSource, expected: readonly Float32Array[]): boolean {
  const runs = JOBS.map((job) => prepareJob(source, job));
  const begin = now();
  // At least once: on a busy machine the time may be over before the first run.
  do {
    for (const [j, run] of runs.entries()) {
      if (!run().every((value, i) => value === expected[j][i])) return false;
    }
  } while (now() - begin < CHECK_MILLISECONDS);
  return true;
}

/** Trains the networks with these kernels and returns their parameters. */
export function trainOnce(source: KernelSource): Float32Array[] {
  return JOBS.map((job) => prepareJob(source, job)());
}

function layOutJob(job: Job, { layout }: KernelSource, at: Arena) {
  const { layers } = job;
  return {
    ...layOutPasses(job, layout, at),
    /** One sum per shard. */
    partials: layOutPartials(SHARDS.length, layers, layout, at),
    /** m dW and m db, over the shards. */
    sum: at.float32(packedLength(layers, layout)),
    /** The state of the optimisers. */
    slots: Array.from({ length: 2 }, () => at.float32(packedLength(layers, layout))),
    squares: layers.map((units, l) => at.float32(l === 0 ? 0 : layout.biasLength(units))),
    order: at.uint32(COLUMNS),
  };
}

/** Creates examples, partly with zero background, which the kernels handle by separate operations. */
function trialExamples(inputs: number, classes: number) {
  const stream = randomStream(1, 0);
  const X = Uint8Array.from({ length: inputs * COLUMNS }, (_, i) =>
    stream.uniform(1000 + (i >> 2)) < 0.8 ? 0 : 256 * stream.uniform(i),
  );
  return { X, labels: Uint16Array.from({ length: COLUMNS }, (_, c) => c % classes) };
}

/** @returns a function that trains the network from its initial parameters and returns the result */
function prepareJob(source: KernelSource, job: Job): () => Float32Array {
  const { layout } = source;
  const { layers, activation } = job;
  const { arena, regions } = makeWorkplace((at) => layOutJob(job, source, at), { shared: false });
  const { network, tile, partials, sum, slots, squares, order } = regions;
  const kernels = source.bind(arena, regions.scratch, false);
  const { X, labels } = trialExamples(layers[0], layers.at(-1)!);
  const total = viewPacked(sum, layers, layout);
  order.set(order.map((_, c) => c));
  const masks = job.dropout === true ? dropoutMasks(DROPOUT, 1, 1, layers) : undefined;

  /** Computes the gradient of columns [first, end) into `gradient`; `counts` gives the columns of each shard. */
  const addTile = (
    [first, end]: readonly [number, number],
    counts: readonly number[],
    goesOn: boolean,
    gradient: typeof total,
  ): void => {
    kernels.gather({ X, scale: SCALE }, { order, first, count: end - first }, tile.A[0], network.packed[1].shape);
    tile.examples.set(order.subarray(first, end));
    tile.answers.labels.set(labels.subarray(first, end));
    tile.columns = end - first;
    forward(network, tile, kernels, masks);
    tile.counts[counts.length].set(counts);
    backward(network, tile, { counts: tile.counts[counts.length], goesOn, masks }, gradient, kernels);
  };
  /** Computes a sum for each shard, in two tiles, then folds all along the tree. */
  const sumOneByOne = (): void => {
    let begin = 0;
    for (const [s, count] of SHARDS.entries()) {
      const end = begin + count;
      addTile([begin, begin + 1], [1], false, partials.sums[s]);
      addTile([begin + 1, end], [count - 1], true, partials.sums[s]);
      begin = end;
    }
    kernels.reduce(firstOf(partials, SHARDS.length), 0, sum.length, sum);
  };
  /** Computes the same sum in one tile, for kernels that fold so many shards themselves. */
  const sumAtOnce = (): void => {
    addTile([0, COLUMNS], SHARDS, false, total);
  };
  const folds = mostShards(layers, layout) >= SHARDS.length;

  const start = createNetwork({ layers, activation });
  const result = createNetwork({ layers, activation });
  return () => {
    packParameters(start, network, layout);
    prepareWeights(network, layout, kernels);
    for (const sumShards of [sumOneByOne, folds ? sumAtOnce : sumOneByOne]) {
      sumShards();
      update(network.parameters, { begin: 0, end: sum.length }, sum, STEP, kernels);
      prepareWeights(network, layout, kernels);
    }
    for (const [l, { shape }] of network.packed.entries()) {
      if (l === 0) continue;
      kernels.sumsOfSquares(shape, total.W[l], total.b[l], squares[l]);
      // Added to some parameters, so that the comparison covers them.
      kernels.add(network.b[l], squares[l]);
    }
    const elements = { parameters: network.parameters, slots, begin: 0, end: sum.length, sum };
    for (const rule of RULES) {
      // Reset, because one optimiser's state may be negative while another's holds squares.
      for (const slot of slots) slot.fill(0);
      rule.update(elements, kernels, { layer: 1, areBiases: false });
    }
    unpackParameters(network, result, layers, layout);
    return result.parameters;
  };
}
