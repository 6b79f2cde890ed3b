/** Tests that a run survives the death of a worker at a random step and place. The process must preload injector.ts. */
import { readdirSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import * as core from "@scratch-nn/core";
import * as engine from "@scratch-nn/core/engine";
import * as parallel from "@scratch-nn/parallel";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";
import { KINDS, type Kind, PLACES, type Place } from "./injector.ts";

export type Outcome = "survived" | "missed" | { readonly failure: string };

interface Job {
  readonly layers: readonly number[];
  readonly activation?: core.Activation;
  readonly m: number;
  readonly batchSize: number | "full";
  readonly optimizer?: core.OptimizerOptions;
  /** The number of examples to validate on after every epoch; default none. */
  readonly validation?: number;
  /** Default 16. */
  readonly shards?: number;
  /** Whether its steps are cut by units. */
  readonly byUnits?: true;
}

/**
 * Runs of every shape: by lanes and in panels, one tile per step and several, mini-batches and the full batch, one with
 * AdamW, and one that spends most of its time on validation; and runs whose steps are cut by units.
 */
const JOBS: readonly Job[] = [
  { layers: [60, 10, 5], m: 2000, batchSize: "full" },
  { layers: [60, 33, 5], m: 700, batchSize: 64 },
  { layers: [60, 20, 20, 5], m: 3000, batchSize: 1000 },
  { layers: [60, 33, 5], m: 700, batchSize: 64, optimizer: { name: "adamw" } },
  { layers: [60, 33, 5], m: 100, batchSize: "full", validation: 3000 },
  { layers: [60, 33, 5], m: 200, batchSize: "full", shards: 4, byUnits: true },
  {
    layers: [150, 40, 35, 5],
    activation: "gelu",
    m: 500,
    batchSize: 250,
    optimizer: { name: "adamw" },
    validation: 300,
    shards: 8,
    byUnits: true,
  },
];

/** A run ends this many epochs after its fault, but not before the least number of epochs. */
const LEAST_EPOCHS = 8;
const AFTERWARDS = 4;
/** If the fault has not happened by then, no worker of this run reaches its place. */
const MOST_EPOCHS = 2000;

/** How the steps of the job may be updated. */
export const updatesOf = (job: number): readonly Update[] => (JOBS[job].byUnits ? ["units"] : ["slices", "main"]);

type Update = "main" | "slices" | "units";

/** The fault, its worker and its run. */
export interface Fault {
  /** An index of JOBS. */
  readonly job: number;
  readonly workers: number;
  readonly update: Update;
  readonly kind: Kind | "terminate";
  readonly place: Place;
  /** The fault happens at this call at that place, in the first worker to get so far. */
  readonly call: number;
  /**
   * For `terminate`: the number of the event (a step, or progress within one) that main reports, and the worker to
   * kill.
   */
  readonly moment: number;
  readonly victim: number;
}

/** The last call at a place at which a fault may happen, if not 60. */
const MOST_CALLS: Partial<Record<Place, number>> = { waiting: 5000, waking: 10 };

export function randomFault(seed: number, run: number): Fault {
  const stream = engine.randomStream(seed, run);
  const pick = <Value>(values: readonly Value[], i: number): Value => values[stream.below(values.length, i)];
  const job = stream.below(JOBS.length, 0);
  const update = pick(updatesOf(job), 7);
  const places = Object.keys(PLACES) as Place[];
  const place = pick(update === "units" ? places.filter((name) => name !== "reducing") : places, 2);
  const workers = pick([2, 3, 4, 16], 4);
  return {
    job,
    workers,
    update,
    kind: pick([...(Object.keys(KINDS) as Kind[]), "terminate"] as const, 1),
    place,
    call: 1 + stream.below(MOST_CALLS[place] ?? 60, 3),
    moment: stream.below(60, 6),
    victim: stream.below(workers - 1, 5),
  };
}

/**
 * Trains with the fault.
 * @param folder an empty folder for the fault's marks
 * @returns whether the run ended with the right bits; `missed` if it was over before the fault
 */
export async function surviveDeath(
  { job, workers, update, kind, place, call, moment, victim }: Fault,
  folder: string,
): Promise<Outcome> {
  const { layers, activation = "relu", m, validation, byUnits, ...own } = JOBS[job];
  const examples = someExamples(layers[0], m, 5, "bytes");
  const looked = validation === undefined ? {} : { validation: someExamples(layers[0], validation, 5, "floats", 2) };
  const options = { shards: 16, ...own, ...looked };
  const fault =
    kind === "terminate" ? {} : { FAULT_PLACE: place, FAULT_KIND: kind, FAULT_CALL: String(call), FAULT_MARKS: folder };
  Object.assign(process.env, fault);
  const threads: Worker[] = [];
  const begun: Promise<unknown>[] = [];
  const watch = (worker: Worker): void => {
    threads.push(worker);
    begun.push(new Promise((resolve) => worker.once("message", resolve).once("exit", resolve)));
  };
  process.on("worker", watch);
  const retries: parallel.Retry[] = [];
  const enough = new AbortController();
  let events = 0;
  const note = (): void => {
    if (kind === "terminate" && events++ === moment) void threads[victim]?.terminate();
  };
  const hasHappened = (): boolean => (kind === "terminate" ? events > moment : readdirSync(folder).length > 0);
  let end = MOST_EPOCHS;
  const what = `${workers} workers, ${update}, ${kind}${kind === "terminate" ? ` at event ${moment}` : ` ${place}`}`;
  try {
    const network = core.createNetwork({ layers, activation });
    const result = await parallel.fit(network, examples, {
      ...options,
      workers,
      cores: workers,
      threadsAtWork: workers,
      update,
      epochs: MOST_EPOCHS,
      signal: enough.signal,
      async onEpoch({ epoch }) {
        // Main begins before its workers, but this test needs them.
        while (epoch === 1 && begun.length < workers - 1) await new Promise((resolve) => setImmediate(resolve));
        if (epoch === 1) await Promise.all(begun);
        if (end === MOST_EPOCHS && hasHappened()) end = Math.max(LEAST_EPOCHS, epoch + AFTERWARDS);
        if (epoch === end) enough.abort();
      },
      // Only a worker that hangs is lost by patience. On a busy machine, others may be slow for long.
      ...(kind === "loop" ? { patience: 1000 } : {}),
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
    if (result.completed) return "missed";
    if (result.epochs.length !== end) return { failure: `${what}: it ended in epoch ${result.epochs.length}` };
    const undisturbed = core.createNetwork({ layers, activation });
    const { epochs } = core.fit(undisturbed, examples, { ...options, epochs: end });
    if (weightsSha256(network) !== weightsSha256(undisturbed)) return { failure: `${what}: other bits` };
    if (JSON.stringify(result.epochs) !== JSON.stringify(epochs)) return { failure: `${what}: other figures` };
    // With little patience, a slow worker may also be declared lost.
    if (kind !== "loop" && retries.length > 1) return { failure: `${what}: ${retries.length} retries` };
    return "survived";
  } catch (error) {
    return { failure: `${what}: ${error}` };
  } finally {
    process.off("worker", watch);
    for (const name of Object.keys(fault)) delete process.env[name];
  }
}
