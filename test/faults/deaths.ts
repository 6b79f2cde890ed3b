/** A run one of whose workers dies at a random step and place. The process must have injector.ts preloaded. */
import { readdirSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import * as core from "@scratch-nn/core";
import * as engine from "@scratch-nn/core/engine";
import * as parallel from "@scratch-nn/parallel";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";
import { KINDS, type Kind, PLACES, type Place } from "./injector.ts";

export type Outcome = "survived" | "missed" | { readonly failure: string };

/** Runs of every shape: by lanes and in panels, one tile a step and several, mini-batches and full. */
const JOBS = [
  { layers: [60, 10, 5], m: 2000, batchSize: "full", epochs: 40 },
  { layers: [60, 33, 5], m: 700, batchSize: 64, epochs: 4 },
  { layers: [60, 20, 20, 5], m: 3000, batchSize: 1000, epochs: 8 },
] as const;

const undisturbed = new Map<number, string>();

/** What happens to which worker of which run. */
export interface Fault {
  /** An index of JOBS. */
  readonly job: number;
  readonly workers: number;
  readonly kind: Kind | "terminate";
  readonly place: Place;
  /** At which of a worker's calls there; the first worker to get so far. */
  readonly call: number;
  /** For `terminate`: at which event that main tells of, steps and progress within them, and which worker. */
  readonly moment: number;
  readonly victim: number;
}

export function randomFault(seed: number, run: number): Fault {
  const stream = engine.randomStream(seed, run);
  const pick = <Value>(values: readonly Value[], i: number): Value => values[stream.below(values.length, i)];
  const place = pick(Object.keys(PLACES) as Place[], 2);
  const workers = 2 + stream.below(3, 4);
  return {
    job: stream.below(JOBS.length, 0),
    workers,
    kind: pick([...(Object.keys(KINDS) as Kind[]), "terminate"] as const, 1),
    place,
    // The first call may come before the first sign of life, for which main waits for minutes.
    call: 2 + stream.below(place === "waiting" ? 5000 : 60, 3),
    moment: stream.below(60, 6),
    victim: stream.below(workers - 1, 5),
  };
}

/**
 * Trains with that fault.
 * @param folder an empty one, for notes
 * @returns whether the run ended in the right bits; `missed` when it was over before the fault
 */
export async function surviveDeath(
  { job, workers, kind, place, call, moment, victim }: Fault,
  folder: string,
): Promise<Outcome> {
  const { layers, m, batchSize, epochs } = JOBS[job];
  const examples = someExamples(layers[0], m, 5, "bytes");
  const options = { epochs, batchSize, shards: 8 };
  if (!undisturbed.has(job)) {
    const network = core.createNetwork({ layers });
    core.fit(network, examples, options);
    undisturbed.set(job, weightsSha256(network));
  }
  const fault =
    kind === "terminate" ? {} : { FAULT_PLACE: place, FAULT_KIND: kind, FAULT_CALL: String(call), FAULT_MARKS: folder };
  Object.assign(process.env, fault);
  const threads: Worker[] = [];
  const watch = (worker: Worker): unknown => threads.push(worker);
  process.on("worker", watch);
  const retries: parallel.Retry[] = [];
  let events = 0;
  const note = (): void => {
    if (kind === "terminate" && events++ === moment) void threads[victim]?.terminate();
  };
  const what = `${workers} workers, ${kind}${kind === "terminate" ? ` at event ${moment}` : ` ${place}`}`;
  try {
    const network = core.createNetwork({ layers });
    const result = await parallel.fit(network, examples, {
      ...options,
      workers,
      cores: workers,
      // Only a worker that stands still takes patience; on a busy machine others may be slow for long.
      ...(kind === "loop" ? { patience: 3000 } : {}),
      onProgress: note,
      checkpoints: {
        areDue() {
          note();
          return false;
        },
        take() {},
      },
      onRetry: (retry) => retries.push(retry),
    });
    if (!result.completed || result.epochs.length !== epochs) return { failure: `${what}: it ended early` };
    if (weightsSha256(network) !== undisturbed.get(job)) return { failure: `${what}: other bits` };
    const faults = kind === "terminate" ? retries.length : readdirSync(folder).length;
    // A fault after the last step disturbs nobody. With little patience, a slow worker may be taken for lost as well.
    if (kind !== "loop" && retries.length > Math.min(faults, 1))
      return { failure: `${what}: ${retries.length} retries` };
    return faults === 0 ? "missed" : "survived";
  } catch (error) {
    return { failure: `${what}: ${error}` };
  } finally {
    process.off("worker", watch);
    for (const name of Object.keys(fault)) delete process.env[name];
  }
}
