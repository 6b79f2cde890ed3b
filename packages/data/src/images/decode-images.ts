/** Decodes image files into the columns of a matrix, on a pool of threads. */
import { setImmediate } from "node:timers/promises";
import { InputError } from "@scratch-nn/core";
import { JOB_WORKER, runJobs } from "@scratch-nn/jobs";
import type { ImageShape, ReadProgress } from "../dataset/dataset.ts";
import { type DecodeJob, type DecodeResult, decodeBlock } from "./decode-block.ts";
import type { ImageHeader } from "./image-header.ts";
import { readImageHeader } from "./read-image-header.ts";

/** A summary of the headers of many files. */
export interface ImageSurvey {
  readonly shape: ImageShape;
  /** The numbers of images that are grey, that have an alpha channel, and that have 16 bits a sample. */
  readonly grey: number;
  readonly transparent: number;
  readonly deep: number;
}

/** Headers to read before yielding to the event loop: some 2 ms of work. */
const HEADS_AT_ONCE = 64;

/**
 * Reads the header of each file. All images must have the same size. If all are grey, there is one channel, else three.
 * @throws InputError that names two files whose sizes differ, or a file that is no image
 */
export async function surveyImages(paths: readonly string[]): Promise<ImageSurvey> {
  let first: ImageHeader | undefined;
  const counts = { grey: 0, transparent: 0, deep: 0 };
  for (const [i, path] of paths.entries()) {
    if (i % HEADS_AT_ONCE === 0) await setImmediate();
    const header = readImageHeader(path);
    first ??= header;
    if (header.width !== first.width || header.height !== first.height) {
      throw new InputError({
        where: path,
        expected: `an image of ${first.width} x ${first.height} pixels, as ${paths[0]} is`,
        found: `${header.width} x ${header.height}`,
        remedy: "bring all images to one size first",
      });
    }
    if (header.isGrey) counts.grey++;
    if (header.hasAlpha) counts.transparent++;
    if (header.isDeep) counts.deep++;
  }
  const { width, height } = first!;
  return { shape: { width, height, channels: counts.grey === paths.length ? 1 : 3 }, ...counts };
}

/** The most pixels and files of a job: some 15 to 50 ms of work. */
const JOB_PIXELS = 2 ** 19;
const JOB_FILES = 256;
/** The number of jobs below which one thread finishes before a pool would have started. */
const WORTH_THREADS = 4;

export interface DecodeOptions {
  /** Number of threads, from 1; the result does not depend on it. Default 1. */
  readonly threads?: number | undefined;
  /** Receives progress, in images. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/**
 * Decodes every file into its column.
 * @param X [width * height * channels, paths.length], in shared memory
 * @returns remarks for the user
 * @throws InputError that names the first damaged file, the same on any number of threads
 */
export async function decodeImages(
  paths: readonly string[],
  shape: ImageShape,
  X: Uint8Array,
  options: DecodeOptions,
): Promise<readonly string[]> {
  const size = Math.max(1, Math.min(JOB_FILES, Math.floor(JOB_PIXELS / (shape.width * shape.height))));
  const count = Math.ceil(paths.length / size);
  let isStopped = false;
  function* jobs(): Generator<DecodeJob> {
    // Jobs start in order, so all jobs before the first fault have started and will finish.
    for (let from = 0; from < paths.length && !isStopped; from += size) {
      yield { paths: paths.slice(from, from + size), shape, X, column: from };
    }
  }
  const remarks: string[] = [];
  let done = 0;
  const onResult = ({ images, fault }: DecodeResult): void => {
    done += images;
    isStopped ||= fault !== undefined;
    options.onProgress?.({ done, total: paths.length });
  };
  const threads = Math.min(options.threads ?? 1, count);
  const results =
    threads === 1 || count < WORTH_THREADS
      ? await runHere(jobs(), onResult)
      : await runJobs<DecodeJob, DecodeResult>(
          {
            makeWorker: (pool) =>
              new pool.Worker(
                import.meta.url.endsWith(".ts") ? "./decode-worker.ts" : "./decode-worker.js",
                JOB_WORKER,
              ),
            here: decodeBlock,
            onAlone: (remark) => remarks.push(remark),
          },
          jobs(),
          threads,
          onResult,
        );
  const fault = results.find((result) => result.fault !== undefined)?.fault;
  if (fault !== undefined) throw new InputError(fault);
  const complaints = results.reduce((sum, result) => sum + result.complaints.count, 0);
  if (complaints === 0) return remarks;
  const { first } = results.find((result) => result.complaints.count > 0)!.complaints;
  return [...remarks, `JPEG files that are not quite right: ${complaints}, read as other programs do (${first})`];
}

async function runHere(jobs: Iterable<DecodeJob>, onResult: (result: DecodeResult) => void): Promise<DecodeResult[]> {
  const results: DecodeResult[] = [];
  for (const job of jobs) {
    const result = await decodeBlock(job);
    results.push(result);
    onResult(result);
    await setImmediate();
  }
  return results;
}
