/** Decides when a run is saved: at intervals during training, and at the end. */
import type { Checkpoints, Network, TrainingPosition } from "@scratch-nn/core";
import type { Content } from "../disk/durable.ts";
import type { Interval } from "../options/flags.ts";
import type { CheckpointStore } from "./checkpoint-store.ts";

/** Is notified when checkpoints stop being written, and when writing works again. */
export interface CheckpointListener {
  readonly onFailure: (error: Error) => void;
  readonly onSuccessAgain: () => void;
  /** Writes what must be on disk before a checkpoint is; never rejects. */
  readonly beforeSaving?: () => Promise<void>;
}

/**
 * Writes checkpoints concurrently with the training. It copies the state at once and writes it asynchronously. The run
 * continues when a checkpoint cannot be written.
 */
export class Checkpointing implements Checkpoints {
  readonly #store: CheckpointStore;
  readonly #every: Interval;
  readonly #encode: (position: TrainingPosition, network: Network) => Content;
  readonly #listener: CheckpointListener;
  #since = performance.now();
  #saving: Promise<void> | undefined;
  /** Whether a checkpoint is due but waits for the previous write. */
  #owed = false;
  #failed = false;

  constructor(
    store: CheckpointStore,
    every: Interval,
    encode: (position: TrainingPosition, network: Network) => Content,
    listener: CheckpointListener,
  ) {
    this.#store = store;
    this.#every = every;
    this.#encode = encode;
    this.#listener = listener;
  }

  /** Whether the last checkpoint could not be written. A later success clears an earlier failure. */
  get failed(): boolean {
    return this.#failed;
  }

  readonly areDue = (epoch: number, batch: number): boolean => {
    this.#owed ||= this.#isTime(epoch, batch);
    return this.#owed && this.#saving === undefined;
  };

  readonly take = (position: TrainingPosition, network: Network): void => {
    this.#owed = false;
    this.#since = performance.now();
    // A failing run hands over its final state while an earlier checkpoint may still be in writing.
    const saving = this.#save(position, network, this.#saving).finally(() => {
      if (this.#saving === saving) this.#saving = undefined;
    });
    this.#saving = saving;
  };

  /** Saves the end of the run, after any write in progress. */
  async finish(position: TrainingPosition, network: Network): Promise<void> {
    await this.settle();
    await this.#save(position, network);
  }

  /** Settles when no write is in progress. */
  async settle(): Promise<void> {
    await this.#saving;
  }

  #isTime(epoch: number, batch: number): boolean {
    if ("seconds" in this.#every) return performance.now() - this.#since >= 1000 * this.#every.seconds;
    return batch === 0 && (epoch - 1) % this.#every.epochs === 0;
  }

  /** Copies the network at once, and writes it after `before` settles. Never rejects. */
  async #save(position: TrainingPosition, network: Network, before?: Promise<void>): Promise<void> {
    try {
      const bytes = this.#encode(position, network);
      await before;
      await this.#listener.beforeSaving?.();
      await this.#store.save(position.steps, bytes);
    } catch (error) {
      if (!this.#failed) this.#listener.onFailure(error as Error);
      this.#failed = true;
      return;
    }
    if (this.#failed) this.#listener.onSuccessAgain();
    this.#failed = false;
  }
}
