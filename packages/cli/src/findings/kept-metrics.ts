/** Reads the parts of a run's metrics.json that a report shows. */
import { join } from "node:path";
import { Field } from "@scratch-nn/core/engine";
import type { Epoch, EpochFigures, ThreadTimes } from "@scratch-nn/report";
import { PIECE_BYTES } from "../disk/pieces.ts";
import { kindOf, readRegularFile } from "../disk/regular-file.ts";

export interface KeptMetrics {
  readonly epochs: readonly Epoch[];
  /** The epoch whose weights were kept, where it is not the last. */
  readonly keptEpoch: number | undefined;
  readonly stoppedEarly: boolean;
  readonly completed: boolean;
  readonly seconds: number | undefined;
  readonly examplesPerSecond: number | undefined;
  readonly workers: number | undefined;
  readonly kernels: string | undefined;
  readonly node: string | undefined;
  readonly threads: readonly ThreadTimes[] | undefined;
}

const MOST_BYTES = 2 ** 28;
const MOST_EPOCHS = 2 ** 31;
const PHASES = ["convert", "forward", "backward", "reduce", "update", "wait", "other"] as const;

/**
 * @returns undefined where there is no metrics.json, as in the folder of a sweep
 * @throws InputError naming a field that is not valid for a run
 */
export async function readMetrics(run: string): Promise<KeptMetrics | undefined> {
  const path = join(run, "metrics.json");
  if (kindOf(path) === undefined) return undefined;
  const source = { where: path, remedy: "mend it, or move it away: the report then goes without it" };
  const bytes = await readRegularFile(path, PIECE_BYTES, MOST_BYTES).catch((error: Error) =>
    new Field(source, undefined).fail("a file that can be read", error.message),
  );
  return metricsOf(new Field(source, bytes.toString("utf8")).json());
}

/** @param field the content of metrics.json */
export function metricsOf(field: Field): KeptMetrics {
  const optional = <Value>(name: string, read: (of: Field) => Value): Value | undefined => {
    const found = field.at(name);
    return found.value === undefined || found.value === null ? undefined : read(found);
  };
  const epochs = optional("epochReports", (of) => of.map(epochOf)) ?? [];
  const best = optional("bestEpoch", (of) => of.whole(1, MOST_EPOCHS));
  const isBest = optional("weightsOf", (of) => of.string()) === "best";
  return {
    epochs,
    keptEpoch: isBest ? best : undefined,
    stoppedEarly: optional("stoppedEarly", (of) => of.boolean()) ?? false,
    completed: optional("completed", (of) => of.boolean()) ?? true,
    seconds: optional("seconds", (of) => of.number()),
    examplesPerSecond: optional("examplesPerSecond", (of) => of.number()),
    workers: optional("workers", (of) => of.whole(0, 1024)),
    kernels: optional("kernels", (of) => of.string()),
    node: optional("node", (of) => of.string()),
    threads: optional("threadTimes", (of) => of.map(threadOf)),
  };
}

function epochOf(field: Field): Epoch {
  const { value } = field.at("validation");
  return {
    epoch: field.at("epoch").whole(1, MOST_EPOCHS),
    ...figuresOf(field),
    validation: value === undefined || value === null ? undefined : figuresOf(field.at("validation")),
  };
}

function figuresOf(field: Field): EpochFigures {
  const accuracy = field.at("accuracy");
  return {
    loss: field.at("loss").number(),
    accuracy: accuracy.value === undefined || accuracy.value === null ? undefined : accuracy.number(),
  };
}

function threadOf(field: Field, i: number): ThreadTimes {
  const times = PHASES.map((phase) => [phase, field.at(phase).number()] as const);
  return { name: i === 0 ? "main" : `worker ${i}`, ...(Object.fromEntries(times) as Omit<ThreadTimes, "name">) };
}
