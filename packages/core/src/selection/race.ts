/** A race of kernels that is to come out the same on a busy machine as on a quiet one. */
import { makeWorkplace } from "../kernels/arena.ts";
import { now } from "../kernels/clock.ts";
import type { KernelSource } from "../kernels/kernels.ts";
import { layOutPasses } from "../passes/tile.ts";

/** A hidden layer that stays in the cache, 64 x 128: a million operations, whatever the features are. */
const LAYERS = [2, 128, 64, 2];
const COLUMNS = 64;

/** By how much the median time must be shorter. */
const CLEARLY = 1.15;
/** Rounds, in turns, of which medians are taken: another program's time slice spoils some of them, not half. */
const ROUNDS = 9;
/** How many batches of rounds must agree, one after another. */
const AGREEING = 2;
const MAX_BATCHES = 12;
/** A batch whose median is this much shorter than the one before shows an optimising compiler that has just come. */
const SPED_UP = 0.85;

/**
 * Whether `challenger` is clearly faster than `champion`: in the forward pass of a layer, by medians of batches. It goes
 * by how often each has run, not by the clock, and is over as soon as both run steadily and batches agree.
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

/** The median time of each over some rounds, every round once each. */
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
