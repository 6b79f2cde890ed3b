/** Describes the threads of a run: how many, why no more, and how they divide a step. */
import { availableParallelism } from "node:os";
import type { Network } from "@scratch-nn/core";
import { OPTIMISERS, planStep, type TrainingPlan } from "@scratch-nn/core/engine";
import { activeThreads } from "../options/active-threads.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { counted } from "../output/report.ts";

/** @param cores default: the machine's */
export function describeWorkers(
  options: Pick<TrainOptions, "workers" | "threadsAtWork" | "update"> & { readonly cores?: number },
  network: Network,
  plan: TrainingPlan,
  ranks?: Parameters<typeof activeThreads>[3],
): string {
  const { workers, threadsAtWork, cores = availableParallelism() } = options;
  if (workers === 0) return "none: on the main thread";
  const { count, most, fewestByUnits } = activeThreads(options, network, plan, ranks);
  const parts = most === plan.shards ? counted(most, "shard") : `a step has work for ${most}`;
  const why = count === cores ? counted(cores, "core") : parts;
  const limit = count === workers ? "" : `, at most ${count} at work: ${why}`;
  const fixed = threadsAtWork === undefined ? "" : `, ${threadsAtWork} at work as asked`;
  const atWork = Math.min(count, threadsAtWork ?? count);
  if (atWork === 1) return `${workers}${limit}${fixed}`;
  return `${workers}${limit}${fixed}; ${describeStep(options, network, plan, { atWork, fewestByUnits })}`;
}

/** @param threads.atWork two or more */
function describeStep(
  { update }: Pick<TrainOptions, "update">,
  { layers }: Network,
  { batchSize, shards, optimizer, clipNorm, kernels }: TrainingPlan,
  { atWork, fewestByUnits }: { readonly atWork: number; readonly fewestByUnits: number },
): string {
  if (atWork >= fewestByUnits) return "each computes units of every layer and updates their weights";
  const shape = { layers, batchSize, shards, slots: OPTIMISERS[optimizer.name].slots };
  const { slices } = planStep(shape, atWork, clipNorm === undefined ? update : "main", kernels.layout);
  const who = slices.length > 1 ? "each updates a slice of the weights" : "the main one updates the weights";
  return update === "units" ? `these steps cannot be cut by units: ${who}` : who;
}
