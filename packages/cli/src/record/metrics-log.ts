/** A run's metrics.csv while it grows. */
import { type FileHandle, open } from "node:fs/promises";
import type { EpochReport, Network } from "@scratch-nn/core";
import { parameterBytes } from "@scratch-nn/core/engine";
import { sha256Of } from "../disk/pieces.ts";
import { type EpochRow, METRICS_HEAD, metricsLine, WEIGHTS_DIGITS } from "./metrics-csv.ts";

/** Epochs may be shorter than a write takes. */
const EVERY_MILLISECONDS = 500;

/**
 * Lines are added at the end, several in one write, only whole ones. Where they cannot be written the run goes on, and later
 * writes make up for it.
 */
export class MetricsLog {
  readonly #path: string;
  readonly #onFailure: (error: Error) => void;
  /** All of it, in ASCII: as many characters as bytes. */
  #text: string;
  /** So much of it is in the file. */
  #written: number;
  #file: FileHandle | undefined;
  #writing: Promise<void> = Promise.resolve();
  #since = performance.now();
  #failed = false;

  /**
   * @param path of a file that holds these rows
   * @param onFailure told once when lines cannot be written
   */
  constructor(path: string, rows: readonly EpochRow[], onFailure: (error: Error) => void) {
    this.#path = path;
    this.#onFailure = onFailure;
    this.#text = metricsText(rows);
    this.#written = this.#text.length;
  }

  /** What the file is to hold. */
  get text(): string {
    return this.#text;
  }

  /** Adds an epoch that is over. */
  note(report: EpochReport, network: Network): void {
    this.#text += metricsLine({ ...report, weights: shortHashOf(network) });
    const now = performance.now();
    if (now - this.#since < EVERY_MILLISECONDS) return;
    this.#since = now;
    void this.flush();
  }

  /** Settles once all that was noted is written, or could not be. Never rejects. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#file?.close().catch(() => {});
    this.#file = undefined;
  }

  async #write(): Promise<void> {
    const start = this.#written;
    const bytes = Buffer.from(this.#text.slice(start), "latin1");
    if (bytes.length === 0) return;
    try {
      this.#file ??= await open(this.#path, "r+");
      for (let at = 0; at < bytes.length; ) {
        at += (await this.#file.write(bytes, at, bytes.length - at, start + at)).bytesWritten;
      }
      this.#written = start + bytes.length;
      this.#failed = false;
    } catch (error) {
      // A full disk may have taken a part of a line.
      await this.#file?.truncate(start).catch(() => {});
      if (!this.#failed) this.#onFailure(error as Error);
      this.#failed = true;
    }
  }
}

export function metricsText(rows: readonly EpochRow[]): string {
  return METRICS_HEAD + rows.map(metricsLine).join("");
}

/** What a line says of the weights. */
export function shortHashOf(network: Network): string {
  return sha256Of([parameterBytes(network)])
    .toString("hex")
    .slice(0, WEIGHTS_DIGITS);
}
