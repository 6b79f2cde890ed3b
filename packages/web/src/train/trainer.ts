/** The page's side of the trainer: its phase, and the results that it has sent so far. */
import { signal } from "@preact/signals";
import type { DataSummary, FromTrainer, Outcome, TableFile, ToTrainer } from "./protocol.ts";
import type { TrainSettings } from "./settings.ts";
import worker from "./trainer-worker.ts?thread";

export type Phase = "idle" | "reading" | "training" | "pausing" | "paused" | "done" | "failed";

/** One value for each finished epoch. */
export interface Curves {
  readonly epochs: readonly number[];
  readonly losses: readonly number[];
  /** In per cent; empty for a quantity. */
  readonly accuracies: readonly number[];
}

const NO_CURVES: Curves = { epochs: [], losses: [], accuracies: [] };

export class Trainer {
  readonly phase = signal<Phase>("idle");
  /** Describes the current work, or an error. */
  readonly said = signal("");
  readonly summary = signal<DataSummary>();
  readonly curves = signal<Curves>(NO_CURVES);
  /** The examples processed in the current epoch, and per second. */
  readonly examples = signal(0);
  readonly speed = signal(0);
  readonly outcome = signal<Outcome>();
  /** The settings of the current or last run, and the name of its table. */
  readonly settings = signal<TrainSettings>();
  readonly tableName = signal("");
  /** The file that the next run trains on, if its settings ask for a table. */
  readonly table = signal<TableFile>();
  #worker: Worker | undefined;

  start(settings: TrainSettings): void {
    const table = settings.data === "table" ? this.table.value : undefined;
    this.end();
    this.tableName.value = table?.name ?? "";
    this.settings.value = settings;
    this.summary.value = undefined;
    this.outcome.value = undefined;
    this.curves.value = NO_CURVES;
    this.examples.value = 0;
    this.said.value = "";
    this.phase.value = "reading";
    this.#worker = new Worker(worker, { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<FromTrainer>) => this.#hear(data);
    this.#worker.onerror = ({ message }) =>
      this.#hear({ kind: "failed", message: message || "the trainer did not start" });
    this.#send({ kind: "start", settings, table });
  }

  pause(): void {
    this.phase.value = "pausing";
    this.#send({ kind: "pause" });
  }

  /** Resumes a paused run. */
  go(until: "end" | "epoch"): void {
    this.phase.value = "training";
    this.#send({ kind: "go", until });
  }

  /** Ends a run in any phase. */
  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    if (this.phase.value !== "done" && this.phase.value !== "failed") this.phase.value = "idle";
  }

  /** Whether a run is under way or paused. */
  get isAtWork(): boolean {
    return !["idle", "done", "failed"].includes(this.phase.value);
  }

  #send(message: ToTrainer): void {
    this.#worker?.postMessage(message);
  }

  #hear(message: FromTrainer): void {
    if (message.kind === "reading") this.said.value = message.what;
    else if (message.kind === "ready") {
      this.summary.value = message.summary;
      this.said.value = "";
      this.phase.value = "training";
    } else if (message.kind === "progress") {
      const { epochs, losses, accuracies } = this.curves.value;
      this.examples.value = message.examples;
      this.speed.value = message.examplesPerSecond;
      if (message.epochs.length === 0) return;
      this.curves.value = {
        epochs: [...epochs, ...message.epochs.map(({ epoch }) => epoch)],
        losses: [...losses, ...message.epochs.map(({ loss }) => loss)],
        accuracies: [
          ...accuracies,
          ...message.epochs.flatMap(({ accuracy }) => (accuracy === undefined ? [] : [100 * accuracy])),
        ],
      };
    } else if (message.kind === "paused") this.phase.value = "paused";
    else if (message.kind === "done") {
      this.outcome.value = message.outcome;
      this.phase.value = "done";
      this.end();
    } else {
      this.said.value = message.message;
      this.phase.value = "failed";
      this.end();
    }
  }
}
