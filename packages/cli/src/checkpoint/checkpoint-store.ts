/** The checkpoints of a run on disk: the last few, each whole. */
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { removeUnfinished, writeDurably } from "../disk/durable.ts";
import { NotAFileError, readRegularFile } from "../disk/regular-file.ts";
import { type Checkpoint, DamageError, decodeCheckpoint } from "./checkpoint.ts";

const NAME = /^step-(\d+)\.checkpoint$/;
const nameOf = (steps: number): string => `step-${String(steps).padStart(12, "0")}.checkpoint`;

export interface Found {
  /** The newest that is intact; undefined if there is none. */
  readonly checkpoint: Checkpoint | undefined;
  /** Newer ones that are not, and why. */
  readonly damaged: readonly { readonly path: string; readonly reason: string }[];
}

export class CheckpointStore {
  readonly folder: string;
  readonly #keep: number;
  #newest: number | undefined;

  /**
   * @param folder made with the first checkpoint
   * @param keep how many to keep, from 1
   */
  constructor(folder: string, keep: number) {
    this.folder = folder;
    this.#keep = keep;
  }

  /** The path of the last one that was saved or found. */
  get newest(): string | undefined {
    return this.#newest === undefined ? undefined : join(this.folder, nameOf(this.#newest));
  }

  /**
   * Saves a checkpoint and removes the oldest beyond those to keep. On a full disk the older ones
   * make room; the newest stays until there is a newer one.
   * @throws what the file system says; the newest one before stays
   */
  async save(steps: number, bytes: Uint8Array): Promise<void> {
    if (steps === this.#newest) return;
    await mkdir(this.folder, { recursive: true });
    const path = join(this.folder, nameOf(steps));
    try {
      await writeDurably(path, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC" || (await this.#removeOldest(1)) === 0) throw error;
      await writeDurably(path, bytes);
    }
    this.#newest = steps;
    await this.#removeOldest(this.#keep);
  }

  /** Looks for the newest intact checkpoint; damaged ones are put aside, not removed. */
  async find(): Promise<Found> {
    const damaged: { path: string; reason: string }[] = [];
    for (const steps of (await this.#saved()).reverse()) {
      const path = join(this.folder, nameOf(steps));
      try {
        const checkpoint = decodeCheckpoint(await readRegularFile(path));
        await removeUnfinished(this.folder);
        this.#newest = steps;
        return { checkpoint, damaged };
      } catch (error) {
        if (!(error instanceof DamageError || error instanceof NotAFileError)) throw error;
        damaged.push({ path, reason: error.message });
        await rename(path, `${path}.damaged`);
      }
    }
    return { checkpoint: undefined, damaged };
  }

  /** @returns how many were removed */
  async #removeOldest(keep: number): Promise<number> {
    const tooMany = (await this.#saved()).slice(0, -keep);
    for (const steps of tooMany) await rm(join(this.folder, nameOf(steps)), { force: true });
    return tooMany.length;
  }

  /** Their steps, oldest first. */
  async #saved(): Promise<number[]> {
    let names: string[];
    try {
      names = await readdir(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
    return names
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }
}
