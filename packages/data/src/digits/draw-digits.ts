/** Draws the dataset `digits`, which needs no file and no network. */
import { DEFAULT_SEED, requireInteger } from "@scratch-nn/core/engine";
import { JOB_WORKER, runJobs } from "@scratch-nn/jobs";
import {
  allocateFeatures,
  allocateLabels,
  type Dataset,
  type OnAllocate,
  type ReadProgress,
} from "../dataset/dataset.ts";
import { type SplitOptions, splitAsAsked } from "../dataset/split.ts";
import { pixelBytes } from "../images/image-dataset.ts";
import { type DrawJob, drawBlock } from "./draw-block.ts";
import { DIGIT_PIXELS, DIGIT_SIDE } from "./draw-digit.ts";

/** Options of {@link drawDigits}. The seed, from 0 to 2^32 - 1, determines the digits as well as the split. */
export interface DigitsOptions extends SplitOptions {
  /** How many to draw, in both parts together; from 2. Default 6,000. */
  readonly examples?: number | undefined;
  /** Number of threads, from 1; the result does not depend on it. Default 1. */
  readonly threads?: number | undefined;
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
  readonly onAllocate?: OnAllocate | undefined;
}

const DEFAULT_EXAMPLES = 6_000;
const DIGIT_SHAPE = { width: DIGIT_SIDE, height: DIGIT_SIDE, channels: 1 } as const;
const CLASSES = Array.from({ length: 10 }, (_, digit) => String(digit));

/** Digits of a job: some 60 ms of work. */
const BLOCK = 1000;
/** The number of digits below which one thread finishes before a pool would have started. */
const WORTH_THREADS = 8 * BLOCK;

/**
 * Draws handwritten-like digits of 28 x 28 pixels. Digit n is a function of (seed, n), so a larger dataset begins with
 * the smaller one.
 * @throws InputError if an option is out of range
 */
export async function drawDigits(options: DigitsOptions = {}): Promise<Dataset> {
  const { seed = DEFAULT_SEED, threads = 1 } = options;
  const m = requireInteger("examples", options.examples ?? DEFAULT_EXAMPLES, 2, 2 ** 31 - 1);
  const { onAllocate } = options;
  const X = allocateFeatures("digits", DIGIT_PIXELS, m, "bytes", CLASSES.length, onAllocate) as Uint8Array;
  const labels = allocateLabels(m);
  const jobs: DrawJob[] = [];
  for (let from = 0; from < m; from += BLOCK) jobs.push({ seed, from, to: Math.min(from + BLOCK, m), X, labels });
  const remarks: string[] = [];
  let done = 0;
  const onDrawn = (count: number): void => {
    done += count;
    options.onProgress?.({ done, total: m });
  };
  if (threads === 1 || m < WORTH_THREADS) {
    for (const job of jobs) onDrawn(drawBlock(job));
  } else {
    await runJobs<DrawJob, number>(
      {
        makeWorker: (pool) =>
          new pool.Worker(import.meta.url.endsWith(".ts") ? "./draw-worker.ts" : "./draw-worker.js", JOB_WORKER),
        here: drawBlock,
        onAlone: (remark) => remarks.push(remark),
      },
      jobs,
      Math.min(threads, jobs.length),
      onDrawn,
    );
  }
  const split = splitAsAsked(labels, CLASSES.length, options);
  return {
    name: "digits",
    X,
    labels,
    inputs: DIGIT_PIXELS,
    classes: CLASSES,
    image: DIGIT_SHAPE,
    preprocessing: pixelBytes(DIGIT_PIXELS),
    label: undefined,
    remarks,
    ...split,
  };
}
