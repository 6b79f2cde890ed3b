/** Measures the inputs of the plan's model for a job on this machine, and the speeds that the model must predict. */
import type { Examples } from "@scratch-nn/core";
import { chooseKernels, makeWorkplace, parameterCount } from "@scratch-nn/core/engine";
import type { SuiteContext } from "../command/options.ts";
import { type Figure, figureOf, quantileOf, shuffled } from "../figures/statistics.ts";
import { speedApart } from "../jobs/apart.ts";
import { type Job, trainJob } from "../jobs/jobs.ts";
import { measureReduce } from "../suites/reduce.ts";
import type { StepFigures, ThreadFigures } from "./model.ts";

export interface Calibration {
  readonly figures: StepFigures;
  /** The measured examples a second, by number of threads. */
  readonly speeds: ReadonlyMap<number, Figure>;
}

const F32_BYTES = 4;
const LINE = 16;
const ADDITIONS = 50;

/** Measures a job. @param counts the numbers of threads, which include 1 */
export async function calibrate(
  job: Job,
  examples: Examples,
  counts: readonly number[],
  context: SuiteContext,
): Promise<Calibration> {
  const { rounds, signal, output } = context;
  const batch = job.batchSize ?? examples.columns!.length;
  const profiles: { readonly perColumn: number; readonly update: number; readonly other: number }[] = [];
  const apart = new Map(counts.map((threads) => [threads, [] as number[]]));
  const trained = new Map(counts.map((threads) => [threads, [] as number[]]));
  // Round 0 warms up.
  for (let round = 0; round <= rounds && !(signal.aborted && round > 1); round++) {
    output.tell(`${job.name}: round ${round} of ${rounds}`);
    const { profile } = await trainJob(job, examples, 1, { isProfiled: true });
    const speeds = new Map<number, { readonly apart: number; readonly trained: number }>();
    for (const threads of shuffled(counts, round)) {
      speeds.set(threads, {
        apart: await speedApart(job, examples, threads),
        trained: (await trainJob(job, examples, threads)).speed,
      });
    }
    if (round === 0) continue;
    const [{ convert, forward, backward, reduce, update, wait, other }] = profile;
    // The profile includes the cost of reading the clock, so its parts are scaled to the unprofiled step of core alone.
    const all = convert + forward + backward + reduce + update + wait + other;
    const seconds = (milliseconds: number): number => ((milliseconds / all) * batch) / speeds.get(1)!.apart;
    profiles.push({
      perColumn: seconds(convert + forward + backward + reduce) / batch,
      update: seconds(update),
      other: seconds(wait + other),
    });
    for (const [threads, speed] of speeds) {
      apart.get(threads)!.push(speed.apart);
      trained.get(threads)!.push(speed.trained);
    }
  }
  const median = (values: readonly number[]): number => quantileOf(values, 0.5);
  const alone = median(apart.get(1)!);
  const parameterBytes = F32_BYTES * parameterCount(job.layers);
  const { barriers, allReduces } = await reduceFigures(parameterBytes, counts, context);
  const threadFigures = counts.map(
    (threads): ThreadFigures => ({
      threads,
      slowdown: (threads * alone) / median(apart.get(threads)!),
      barrier: barriers.get(threads)!,
      allReduce: allReduces.get(threads)!,
    }),
  );
  return {
    figures: {
      layers: job.layers,
      layout: chooseKernels().layout,
      batch,
      parameterBytes,
      perColumn: median(profiles.map((each) => each.perColumn)),
      update: median(profiles.map((each) => each.update)),
      other: median(profiles.map((each) => each.other)),
      addition: secondsOfAddition(parameterBytes / F32_BYTES),
      threads: threadFigures,
    },
    speeds: new Map([...trained].map(([threads, speeds]) => [threads, figureOf(speeds)])),
  };
}

/** Measures the seconds of a barrier and of an all-reduce, by number of threads. */
async function reduceFigures(
  bytes: number,
  counts: readonly number[],
  { isQuick, output }: SuiteContext,
): Promise<{ readonly barriers: Map<number, number>; readonly allReduces: Map<number, number> }> {
  const barriers = new Map<number, number>();
  const allReduces = new Map<number, number>();
  // A signal of its own, because the rest of the calibration is useless without these figures, even after Ctrl-C.
  const context = { workers: counts, rounds: 1, isQuick, signal: new AbortController().signal };
  await measureReduce(
    [0, bytes],
    context,
    (each) => (each.bytes === 0 ? barriers : allReduces).set(each.threads, quantileOf(each.times, 0.5) / 1000),
    output.tell,
  );
  return { barriers, allReduces };
}

/** Returns the median seconds to add one partial sum of `count` numbers to another. */
function secondsOfAddition(count: number): number {
  const { layout, bind } = chooseKernels();
  const shape = { units: 1, inputs: 1, first: true, byLanes: false };
  const length = LINE * Math.ceil(count / LINE);
  const { arena, regions } = makeWorkplace(
    (at) => ({
      into: at.float32(length),
      from: at.float32(length),
      scratch: at.uint8(layout.scratchBytes(shape)),
    }),
    { shared: false },
  );
  const kernels = bind(arena, regions.scratch, false);
  const times = Array.from({ length: ADDITIONS }, () => {
    const start = performance.now();
    kernels.add(regions.into, regions.from);
    return performance.now() - start;
  });
  return quantileOf(times, 0.5) / 1000;
}
