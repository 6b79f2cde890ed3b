/** Runs independent trainings on threads that share only the data: an upper bound of the machine's throughput. */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { Examples } from "@scratch-nn/core";
import { type Job, speedOf } from "./jobs.ts";

interface Work {
  readonly job: Job;
  readonly examples: Examples;
}

/** Measures the total examples a second of `threads` threads, each of which trains its own network by core alone. */
export async function speedApart(job: Job, examples: Examples, threads: number): Promise<number> {
  const work: Work = { job, examples };
  const speeds = await Promise.all(Array.from({ length: threads }, () => speedOfThread(work)));
  return speeds.reduce((sum, speed) => sum + speed, 0);
}

function speedOfThread(work: Work): Promise<number> {
  const thread = new Worker(new URL(import.meta.url), { workerData: work });
  return new Promise((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
  });
}

if (!isMainThread) {
  const { job, examples } = workerData as Work;
  parentPort!.postMessage(await speedOf(job, examples, 0));
}
