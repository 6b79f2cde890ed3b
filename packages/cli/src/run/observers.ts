/** Writes a training's optional outputs: a trace of its threads, and events for TensorBoard. */
import { accessSync, constants } from "node:fs";
import { join, resolve } from "node:path";
import { type EpochReport, InputError } from "@scratch-nn/core";
import type { TrainingPlan } from "@scratch-nn/core/engine";
import { makeFolder } from "@scratch-nn/data";
import type { Retry, SpanOptions } from "@scratch-nn/parallel";
import { writeDurably } from "../disk/durable.ts";
import { kindOf } from "../disk/regular-file.ts";
import { nameWithin, requireWrittenPlace } from "../disk/written-place.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { EventLog } from "../record/tensorboard.ts";
import { TRACE_BEGINNING, Trace } from "../record/trace.ts";
import { EVENTS, INNER_FOLDERS } from "./new-folder.ts";
import { OWN_FILES, type RunFolder } from "./run-folder.ts";

type Asked = Pick<TrainOptions, "trace" | "tensorboard">;

/** @returns undefined where no events are requested */
function eventsFolder(tensorboard: Asked["tensorboard"], run: Pick<RunFolder, "path">): string | undefined {
  if (tensorboard === undefined || tensorboard === false) return undefined;
  return tensorboard === true ? join(run.path, EVENTS) : tensorboard;
}

/** @throws InputError for places that cannot be written to, or hold something else */
export function requirePlaces({ trace, tensorboard }: Asked, run: Pick<RunFolder, "path">): void {
  const folder = eventsFolder(tensorboard, run);
  if (trace !== undefined) requireTracePlace(trace, run);
  if (folder === undefined) return;
  if (trace !== undefined && resolve(trace) === resolve(folder)) {
    throw fault("--trace", "another place than --tensorboard's", trace, "name another file");
  }
  const kind = kindOf(folder);
  if (kind !== undefined && kind !== "folder") {
    throw fault("--tensorboard", "a folder", `${folder}, which is a ${kind}`, "name a folder, or leave it out");
  }
  const name = nameWithin(run.path, folder);
  if (name !== undefined && INNER_FOLDERS.has(name)) {
    const found = `${folder}, where the run keeps its own`;
    throw fault("--tensorboard", "a folder for events alone", found, "name another one, or leave it out");
  }
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const found = `${folder} (${(error as Error).message})`;
    throw fault("--tensorboard", "a folder that can be written to", found, "name another one");
  }
}

function requireTracePlace(trace: string, run: Pick<RunFolder, "path">): void {
  const where = "--trace";
  const name = trace === "" ? undefined : nameWithin(run.path, trace);
  // requireWrittenPlace refuses the run's own folders.
  if (name !== undefined && OWN_FILES.has(name)) {
    throw fault(where, "a file that is not one of the run's own", trace, "name another one, trace.json say");
  }
  requireWrittenPlace(trace, { where, what: "a trace", example: "trace.json", beginning: TRACE_BEGINNING });
}

function fault(where: string, expected: string, found: string, remedy: string): InputError {
  return new InputError({ where, expected, found, remedy });
}

/** The observers of one training; create them when it begins. */
export class Observers {
  readonly #path: string | undefined;
  readonly #trace: Trace | undefined;
  readonly #events: EventLog | undefined;
  readonly #say: (text: string) => void;
  #failed = false;

  /** @param say tells the user that a place can no longer be written to */
  constructor(
    { trace, tensorboard }: Asked,
    run: Pick<RunFolder, "path">,
    plan: TrainingPlan,
    say: (text: string) => void,
  ) {
    this.#path = trace;
    this.#say = say;
    this.#trace = trace === undefined ? undefined : new Trace();
    const folder = eventsFolder(tensorboard, run);
    const onFailure = (error: Error): void =>
      say(`events for TensorBoard could not be written: ${error.message}; the run goes on`);
    this.#events = folder === undefined ? undefined : new EventLog(folder, plan, onFailure);
  }

  /** Undefined where nobody needs spans: recording them has a small cost. */
  get onSpans(): SpanOptions["onSpans"] {
    return this.#trace?.onSpans;
  }

  onEpoch(report: EpochReport): void {
    this.#trace?.onEpoch(report);
    this.#events?.note(report);
  }

  onRetry(retry: Retry): void {
    this.#trace?.onRetry(retry);
  }

  /** Whether the trace could not be written. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Call it after the training, however it ended. Never rejects. */
  async finish(): Promise<void> {
    await this.#events?.close();
    if (this.#trace === undefined) return;
    try {
      await writeDurably(this.#path!, this.#trace.encode());
    } catch (error) {
      this.#failed = true;
      this.#say(`the trace could not be written: ${(error as Error).message}`);
    }
  }
}

/** Passes spans to all callbacks; an empty object where there is none. */
export function spansFor(...askers: (SpanOptions["onSpans"] | undefined)[]): SpanOptions {
  const asking = askers.filter((each) => each !== undefined);
  if (asking.length === 0) return {};
  return {
    onSpans(spans, dropped) {
      for (const tell of asking) tell(spans, dropped);
    },
  };
}
