/** Writes a run's figures to a growing event file for TensorBoard. */
import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { EpochReport } from "@scratch-nn/core";
import { Plateau, scheduledRate, type TrainingPlan } from "@scratch-nn/core/engine";
import { encodeEvent } from "./event-file.ts";
import { GrowingFile } from "./growing-file.ts";

/**
 * The largest number of processes that can start a file in the same second, in the same folder, with the same number.
 */
const MOST_NAMES = 1000;

/**
 * Logs the loss, the accuracy, the validation, the learning rate and the examples per second of every epoch. The step
 * is the epoch's number. The run continues when a write fails, and a later write includes the missing events.
 */
export class EventLog {
  readonly #plan: TrainingPlan;
  readonly #file: GrowingFile;
  readonly #plateau: Plateau;
  #begun = performance.now();

  /**
   * @param folder an existing folder
   * @param onFailure called once when events cannot be written
   */
  constructor(folder: string, plan: TrainingPlan, onFailure: (error: Error) => void) {
    this.#plan = plan;
    this.#file = new GrowingFile({ open: () => openNew(folder), end: 0, onFailure });
    this.#plateau = new Plateau(plan.schedule);
    const { reports = [] } = plan.from ?? {};
    for (const report of reports) this.#plateau.note((report.validation ?? report).loss);
    const wallTime = Date.now() / 1000;
    this.#file.add(encodeEvent({ wallTime, step: 0, content: { kind: "version" } }));
    if (reports.length > 0) {
      this.#file.add(encodeEvent({ wallTime, step: reports.length + 1, content: { kind: "start" } }));
    }
  }

  /** Adds a completed epoch. */
  note(report: EpochReport): void {
    const { epoch, loss, accuracy, validation } = report;
    const now = performance.now();
    const scalars = new Map<string, number | undefined>([
      ["loss/train", loss],
      ["accuracy/train", accuracy],
      ["loss/validation", validation?.loss],
      ["accuracy/validation", validation?.accuracy],
      ["learning_rate", this.#rateOf(epoch)],
      ["examples_per_second", (1000 * this.#examplesOf(epoch)) / Math.max(1e-6, now - this.#begun)],
    ]);
    this.#begun = now;
    this.#plateau.note((validation ?? report).loss);
    const known = new Map([...scalars].filter((each): each is [string, number] => each[1] !== undefined));
    this.#file.add(
      encodeEvent({ wallTime: Date.now() / 1000, step: epoch, content: { kind: "scalars", scalars: known } }),
    );
    this.#file.flushNowAndThen();
  }

  /** Settles once all noted events are written, or have failed. Never rejects. */
  flush(): Promise<void> {
    return this.#file.flush();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** The learning rate of an epoch's last step. */
  #rateOf(epoch: number): number {
    const { schedule, learningRate, batchesPerEpoch, epochs } = this.#plan;
    const [step, steps] = [epoch * batchesPerEpoch, epochs * batchesPerEpoch];
    return scheduledRate(schedule, learningRate, step, steps, this.#plateau.reductions);
  }

  /** The epoch's examples that this process computed: it may have resumed in the middle of its first epoch. */
  #examplesOf(epoch: number): number {
    const { from, batchSize, examples } = this.#plan;
    const before = from?.epoch === epoch ? from.batch * batchSize : 0;
    return Math.max(0, examples.columns.length - before);
  }
}

const EVENT_FILE = /^events\.out\.tfevents\.(\d+)\.scratch-nn\.\d+\.\d+$/;

/** Whether a file name is one that this program gives to event files. */
export const isEventFile = (name: string): boolean => EVENT_FILE.test(name);

/**
 * Opens a new file for each process that trains. TensorBoard reads files in the order of their names, so the name sorts
 * after those of earlier files, even if one is from the same second or the clock was set back.
 */
async function openNew(folder: string): Promise<FileHandle> {
  const earlier = (await readdir(folder)).map((name) => Number(EVENT_FILE.exec(name)?.[1] ?? 0));
  const seconds = Math.max(Math.floor(Date.now() / 1000), ...earlier.map((second) => second + 1));
  for (let i = 0; ; i++) {
    const name = `events.out.tfevents.${seconds}.scratch-nn.${process.pid}.${i}`;
    try {
      return await open(join(folder, name), "wx");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || i === MOST_NAMES) throw error;
    }
  }
}
