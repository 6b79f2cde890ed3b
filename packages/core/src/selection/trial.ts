/** A trial of kernels: whether they give the bits of the plain ones here, and which are the fastest. */

import { makeWorkplace } from "../kernels/arena.ts";
import type { KernelSource } from "../kernels/kernels.ts";
import { createNetwork, type Network } from "../model/network.ts";
import { randomStream } from "../numerics/random.ts";
import { layerShapes, layOutNetwork, packParameters, prepareWeights, unpackParameters } from "../passes/packed.ts";
import { layOutTile } from "../passes/tile.ts";
import { update } from "../passes/update.ts";
import { runGradient } from "../reduction/gradient.ts";
import { finish } from "../reduction/steps.ts";
import { planRootFold } from "../reduction/sums.ts";
import { layOutTraining, runOfThread, type TrainingShape } from "../reduction/training-memory.ts";

const { performance } = globalThis as unknown as { readonly performance: { now(): number } };

/** Two small networks whose steps take every operation between them. */
const COLUMNS = 21;
const SHARDS = 3;
const JOBS: readonly Pick<Network, "layers" | "activation">[] = [
  { layers: [21, 19, 17, 3], activation: "relu" },
  { layers: [21, 5, 4], activation: "tanh" },
];
/** Again and again for so long, since an optimising compiler takes over only after some runs. */
const CHECK_MILLISECONDS = 5;

/**
 * Trains the two networks, again and again for a few milliseconds.
 * @param expected what {@link trainOnce} of the plain kernels gives
 * @returns whether all parameters were the expected ones, bit for bit, each time
 */
export function givesTheBits(source: KernelSource, expected: readonly Float32Array[]): boolean {
  const runs = JOBS.map((job) => prepareJob(source, job));
  const begin = performance.now();
  // Once in any case: on a busy machine the time can be over before it begins.
  do {
    for (const [j, run] of runs.entries()) {
      if (!run().every((value, i) => value === expected[j][i])) return false;
    }
  } while (performance.now() - begin < CHECK_MILLISECONDS);
  return true;
}

/** The parameters of the two networks, trained with these kernels. */
export function trainOnce(source: KernelSource): Float32Array[] {
  return JOBS.map((job) => prepareJob(source, job)());
}

/** @returns a function that trains the network from its start and returns its parameters */
function prepareJob(source: KernelSource, { layers, activation }: Pick<Network, "layers" | "activation">) {
  const shape: TrainingShape = {
    layers,
    activation,
    examples: COLUMNS,
    batchSize: COLUMNS,
    shards: SHARDS,
    threads: 1,
  };
  const network = createNetwork({ layers, activation });
  const stream = randomStream(1, 0);
  // Partly background, which has operations of its own.
  const X = Uint8Array.from({ length: layers[0] * COLUMNS }, (_, i) =>
    stream.uniform(1000 + (i >> 2)) < 0.8 ? 0 : 256 * stream.uniform(i),
  );
  const labels = Uint16Array.from({ length: COLUMNS }, (_, c) => c % layers.at(-1)!);
  const scale = Math.fround(1 / 255);
  const workplace = makeWorkplace((at) => layOutTraining(shape, source.layout, at), { shared: false });
  const { arena, regions: memory } = workplace;
  const run = runOfThread(memory, 0, source, arena, false);
  const fold = planRootFold(memory.threads, SHARDS);
  const [order] = memory.orders;
  order.set(order.map((_, c) => c));
  const result = createNetwork({ layers, activation });
  return (): Float32Array => {
    packParameters(network, memory.network, source.layout);
    prepareWeights(memory.network, scale, run.kernels);
    for (let step = 0; step < 2; step++) {
      const batch = { order, from: 0, to: COLUMNS, shards: SHARDS };
      finish(runGradient(memory.network, { X, labels }, batch, run, memory.totals));
      update(memory.network, fold.sum, COLUMNS, scale, 0.1, run.kernels);
    }
    unpackParameters(memory.network, result, layers, source.layout);
    return result.parameters;
  };
}

/** A hidden layer that stays in the cache, 64 x 128: a million operations, whatever the features are. */
const RACE_LAYERS = [2, 128, 64, 2];
const RACE_COLUMNS = 64;
/** The check before has made optimised code of what matters. */
const RACE_MILLISECONDS = 6;
/** Who is not this much slower than the fastest counts as fast. */
const TIE = 1.1;

/** The last of the kernels that is as fast as any here: the forward pass of a layer, the same for all in turns. */
export function fastest(sources: readonly KernelSource[]): KernelSource {
  const runners = sources.map((source) => ({ source, run: prepareRace(source), best: Number.POSITIVE_INFINITY }));
  for (const begin = performance.now(); performance.now() - begin < RACE_MILLISECONDS; ) {
    for (const runner of runners) {
      const start = performance.now();
      runner.run();
      runner.best = Math.min(runner.best, performance.now() - start);
    }
  }
  const best = Math.min(...runners.map((runner) => runner.best));
  return runners.findLast((runner) => runner.best <= best * TIE)!.source;
}

function prepareRace({ layout, bind }: KernelSource): () => void {
  const { arena, regions } = makeWorkplace(
    (at) => ({
      network: layOutNetwork({ layers: RACE_LAYERS, activation: "relu" }, layout, at),
      tile: layOutTile(RACE_LAYERS, layout, at),
      scratch: at.uint8(layout.scratchBytes(layerShapes(RACE_LAYERS)[1])),
    }),
    { shared: false },
  );
  const kernels = bind(arena, regions.scratch, false);
  const [, , layer] = regions.network.packed;
  const [, A, Z] = regions.tile.A;
  return () => {
    for (let i = 0; i < 4; i++) kernels.affine(layer, A, Z, RACE_COLUMNS);
  };
}
