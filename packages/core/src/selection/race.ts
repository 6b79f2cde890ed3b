/** Compares the speed of kernels, with the same result on a busy machine as on an idle one. */
import { makeWorkplace } from "../kernels/arena.ts";
import { now } from "../kernels/clock.ts";
import type { KernelSource } from "../kernels/kernels.ts";
import { layOutPasses } from "../passes/tile.ts";

/** A hidden layer that stays in the cache, 64 x 128: a million operations, independent of the features. */
const LAYERS = [2, 128, 64, 2];
const COLUMNS = 64;

/** The factor by which the median time must be shorter. */
const CLEARLY = 1.15;
/** Interleaved rounds per median. Another program's time slice affects some of them, but not half. */
const ROUNDS = 9;
/** The number of consecutive batches of rounds that must agree. */
const AGREEING = 2;
const MAX_BATCHES = 12;
/**
 * A batch whose median is below this fraction of the one before shows that an optimising compiler has just taken over.
 */
const SPED_UP = 0.85;

/**
 * Whether `challenger` is clearly faster than `champion` in the forward pass of a layer, by medians of batches. The
 * race is limited by a number of runs, not by time. It ends as soon as both run at a steady speed and the batches
 * agree.
 */
export function clearlyFaster(challenger: KernelSource, champion: KernelSource): boolean {
  const runs = [prepare(challenger), prepare(champion)];
  let before = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let verdict = false;
  let agreeing = 0;
  for (let batch = 0; batch < MAX_BATCHES && agreeing < AGREEING; batch++) {
    const times = medians(runs);
    const isFaster = times[0] * CLEARLY <= times[1];
    const isSteady = times.every((time, i) => time >= SPED_UP * before[i]);
    agreeing = isSteady ? (isFaster === verdict ? agreeing + 1 : 1) : 0;
    verdict = isFaster;
    before = times;
  }
  return verdict && agreeing === AGREEING;
}

/** The median time of each run over interleaved rounds. */
function medians(runs: readonly (() => void)[]): number[] {
  const times = runs.map(() => new Float64Array(ROUNDS));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, run] of runs.entries()) {
      const start = now();
      run();
      times[i][round] = now() - start;
    }
  }
  return times.map((each) => each.sort()[ROUNDS >> 1]);
}

function prepare({ layout, bind }: KernelSource): () => void {
  const job = { layers: LAYERS, activation: "relu" } as const;
  const { arena, regions } = makeWorkplace((at) => layOutPasses(job, layout, at), { shared: false });
  const kernels = bind(arena, regions.scratch, false);
  const [, , layer] = regions.network.packed;
  const [, A, Z] = regions.tile.A;
  return () => kernels.affine(layer, A, Z, COLUMNS);
}
