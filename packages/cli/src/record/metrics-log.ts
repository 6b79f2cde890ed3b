/** A run's metrics.csv while it grows. */
import { open } from "node:fs/promises";
import type { EpochReport, Network } from "@scratch-nn/core";
import { parameterBytes } from "@scratch-nn/core/engine";
import { sha256Of } from "../disk/pieces.ts";
import { GrowingFile } from "./growing-file.ts";
import { type EpochRow, METRICS_HEAD, metricsLine, WEIGHTS_DIGITS } from "./metrics-csv.ts";

/**
 * Lines are added at the end, several in one write, only whole ones. Where they cannot be written the run goes on, and later
 * writes make up for it.
 */
export class MetricsLog {
  readonly #file: GrowingFile;
  #text: string;

  /**
   * @param path of a file that holds these rows
   * @param onFailure told once when lines cannot be written
   */
  constructor(path: string, rows: readonly EpochRow[], onFailure: (error: Error) => void) {
    this.#text = metricsText(rows);
    // In ASCII: as many bytes as characters.
    this.#file = new GrowingFile({ open: () => open(path, "r+"), end: this.#text.length, onFailure });
  }

  /** What the file is to hold. */
  get text(): string {
    return this.#text;
  }

  /** Adds an epoch that is over. */
  note(report: EpochReport, network: Network): void {
    const line = metricsLine({ ...report, weights: shortHashOf(network) });
    this.#text += line;
    this.#file.add(Buffer.from(line, "latin1"));
    this.#file.flushNowAndThen();
  }

  /** Settles once all that was noted is written, or could not be. Never rejects. */
  flush(): Promise<void> {
    return this.#file.flush();
  }

  close(): Promise<void> {
    return this.#file.close();
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
