/** The checkpoints of a run on disk: the last few, each whole. */
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Content, removeUnfinished, syncNameOf, writeDurably } from "../disk/durable.ts";
import { kindOf, NotAFileError, readRegularFile } from "../disk/regular-file.ts";
import { type Checkpoint, DamageError, decodeCheckpoint, FormatError } from "./checkpoint.ts";

const NAME = /^step-(\d+)\.checkpoint$/;
const nameOf = (steps: number): string => `step-${String(steps).padStart(12, "0")}.checkpoint`;

/** Whether a file of that name is a checkpoint: only names that this program gives. */
export function isCheckpoint(name: string): boolean {
  const steps = Number(NAME.exec(name)?.[1]);
  return Number.isSafeInteger(steps) && nameOf(steps) === name;
}

/** A checkpoint that cannot be gone on from, and why. */
export interface Unusable {
  readonly path: string;
  readonly reason: string;
  /** Whether it is a file whose content is not what was written, not one that could not be read. */
  readonly isDamaged: boolean;
}

export interface Found {
  /** The newest that is intact; undefined if there is none. */
  readonly checkpoint: Checkpoint | undefined;
  /** Newer ones that are not. */
  readonly unusable: readonly Unusable[];
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
   * Looks for the newest intact checkpoint. It changes nothing.
   * @throws FormatError when one that is newer is of another version of this program
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

  /** Once the run goes on: puts damaged ones aside, and removes what was never finished. */
  async tidyUp({ unusable }: Found): Promise<void> {
    for (const { path, isDamaged } of unusable) if (isDamaged) await rename(path, `${path}.damaged`);
    if (kindOf(this.folder) === "folder") await removeUnfinished(this.folder, isCheckpoint);
  }

  /** Not the folder around it: a run that was moved away is not begun anew without its config. */
  async #makeFolder(): Promise<void> {
    try {
      await mkdir(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
      throw error;
    }
    syncNameOf(this.folder);
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
      .filter(isCheckpoint)
      .map((name) => Number(NAME.exec(name)![1]))
      .sort((a, b) => a - b);
  }
}
