/** Stores the completed trials of a run on disk, each atomically under a name derived from its content. */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "@scratch-nn/data";
import type { Trial, TrialResult } from "@scratch-nn/parallel";
import { removeUnfinished, syncNameOf, writeDurably } from "../disk/durable.ts";
import { sha256Of } from "../disk/pieces.ts";
import { kindOf, readRegularFile } from "../disk/regular-file.ts";
import { decodeTrial, trialParts } from "./trial-file.ts";

/** The folder within a run's folder. */
export const TRIALS = "trials";

export const trialName = (key: string): string => `${key}.trial`;
const NAME = /^[0-9a-f]{64}\.trial$/;

/** Whether a file name is one that this program gives to trials. */
export const isTrial = (name: string): boolean => NAME.test(name);

/**
 * A hash of everything that determines a trial's result.
 * @param data the fingerprint of its data, see fingerprint.ts
 */
export function trialKey({ network, fit, train, validation, heldBack, snapshots }: Trial, data: string): string {
  const { kernels: _, ...how } = fit;
  const columns = [train, heldBack, ...(validation ? [validation] : [])].map((list) =>
    sha256Of([new Uint8Array(list.buffer, list.byteOffset, list.byteLength)]).toString("hex"),
  );
  return createHash("sha256")
    .update(JSON.stringify({ network, fit: how, columns, snapshots, data }))
    .digest("hex");
}

export class TrialStore {
  readonly folder: string;
  #isMade = false;

  /** @param run the folder of the run; the trials' own folder is created with the first trial */
  constructor(run: string) {
    this.folder = join(run, TRIALS);
  }

  /** Whether there are no saved trials to resume from. */
  async isEmpty(): Promise<boolean> {
    return (await this.names()).length === 0;
  }

  /** The names of the saved trials. */
  async names(): Promise<string[]> {
    return kindOf(this.folder) === "folder" ? (await readdir(this.folder)).filter((name) => NAME.test(name)) : [];
  }

  /** Removes unfinished files of a killed process. */
  async tidyUp(): Promise<void> {
    if (kindOf(this.folder) === "folder") await removeUnfinished(this.folder, (name) => NAME.test(name));
  }

  /** @returns undefined where the result is missing or damaged; the trial is then done again */
  async load(key: string): Promise<TrialResult | undefined> {
    const path = this.#pathOf(key);
    if (kindOf(path) !== "file") return undefined;
    return decodeTrial(await readRegularFile(path), key);
  }

  /** @throws the file system's error; the old content stays */
  async save(key: string, result: TrialResult): Promise<void> {
    if (!this.#isMade) {
      makeFolder(this.folder);
      syncNameOf(this.folder);
      this.#isMade = true;
    }
    await writeDurably(this.#pathOf(key), trialParts(key, result));
  }

  #pathOf(key: string): string {
    return join(this.folder, trialName(key));
  }
}
