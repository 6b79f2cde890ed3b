/** Stores a run's checkpoints on disk: the last few, each written as a whole. */
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Content, removeUnfinished, syncNameOf, writeDurably } from "../disk/durable.ts";
import { kindOf, NotAFileError, readRegularFile } from "../disk/regular-file.ts";
import { type Checkpoint, DamageError, decodeCheckpoint, FormatError } from "./checkpoint.ts";

const NAME = /^step-(\d+)\.checkpoint$/;
const nameOf = (steps: number): string => `step-${String(steps).padStart(12, "0")}.checkpoint`;

/** Whether a file name is one that this program gives to checkpoints. */
export function isCheckpoint(name: string): boolean {
  const steps = Number(NAME.exec(name)?.[1]);
  return Number.isSafeInteger(steps) && nameOf(steps) === name;
}

/** A checkpoint that cannot be resumed from, with the reason. */
export interface Unusable {
  readonly path: string;
  readonly reason: string;
  /** True where the content is not what was written; false where the file could not be read. */
  readonly isDamaged: boolean;
}

export interface Found {
  /** The newest intact checkpoint; undefined if there is none. */
  readonly checkpoint: Checkpoint | undefined;
  /** The newer checkpoints that are not intact. */
  readonly unusable: readonly Unusable[];
}

export class CheckpointStore {
  readonly folder: string;
  readonly #keep: number;
  #newest: number | undefined;

  /**
   * @param folder created with the first checkpoint
   * @param keep how many checkpoints to keep, at least 1
   */
  constructor(folder: string, keep: number) {
    this.folder = folder;
    this.#keep = keep;
  }

  /** The path of the last checkpoint that was saved or found. */
  get newest(): string | undefined {
    return this.#newest === undefined ? undefined : join(this.folder, nameOf(this.#newest));
  }

  /**
   * Saves a checkpoint and removes the oldest ones beyond the number to keep. On a full disk it removes older
   * checkpoints to make room, but keeps the newest until a newer one is written.
   * @throws the file system's error; the previous newest checkpoint stays
   */
  async save(steps: number, content: Content): Promise<void> {
    if (steps === this.#newest) return;
    try {
      await this.#write(join(this.folder, nameOf(steps)), content);
    } catch (cause) {
      if (kindOf(dirname(this.folder)) !== undefined) throw cause;
      throw new Error(`${dirname(this.folder)} is not there any more`, { cause });
    }
    this.#newest = steps;
    await this.#removeOldest(this.#keep);
  }

  async #write(path: string, content: Content): Promise<void> {
    await this.#makeFolder();
    try {
      await writeDurably(path, content);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC" || (await this.#removeOldest(1)) === 0) throw error;
      await writeDurably(path, content);
    }
  }

  /**
   * Finds the newest intact checkpoint. Changes nothing on disk.
   * @throws FormatError when a newer checkpoint was written by another version of this program
   */
  async find(): Promise<Found> {
    const unusable: Unusable[] = [];
    for (const steps of (await this.#saved()).reverse()) {
      const path = join(this.folder, nameOf(steps));
      try {
        const checkpoint = decodeCheckpoint(await readRegularFile(path));
        this.#newest = steps;
        return { checkpoint, unusable };
      } catch (error) {
        if (error instanceof FormatError) throw error;
        const isDamaged = error instanceof DamageError || error instanceof NotAFileError;
        unusable.push({ path, reason: (error as Error).message, isDamaged });
      }
    }
    return { checkpoint: undefined, unusable };
  }

  /** Renames damaged checkpoints and removes unfinished files. Called once the run is resumed. */
  async tidyUp({ unusable }: Found): Promise<void> {
    for (const { path, isDamaged } of unusable) if (isDamaged) await rename(path, `${path}.damaged`);
    if (kindOf(this.folder) === "folder") await removeUnfinished(this.folder, isCheckpoint);
  }

  /** Does not create the parent folder: the run may have been moved away, and a new one would lack its config. */
  async #makeFolder(): Promise<void> {
    try {
      await mkdir(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
      throw error;
    }
    syncNameOf(this.folder);
  }

  /** @returns the number of checkpoints removed */
  async #removeOldest(keep: number): Promise<number> {
    const tooMany = (await this.#saved()).slice(0, -keep);
    for (const steps of tooMany) await rm(join(this.folder, nameOf(steps)), { force: true });
    return tooMany.length;
  }

  /** The step numbers of the saved checkpoints, in ascending order. */
  async #saved(): Promise<number[]> {
    let names: string[];
    try {
      names = await readdir(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
    return names
      .filter(isCheckpoint)
      .map((name) => Number(NAME.exec(name)![1]))
      .sort((a, b) => a - b);
  }
}
