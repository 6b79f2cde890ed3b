/** Appends to a run's metrics.csv during training. */
import { open } from "node:fs/promises";
import type { EpochReport, Network } from "@scratch-nn/core";
import { parameterBytes } from "@scratch-nn/core/engine";
import { sha256Of } from "../disk/pieces.ts";
import { GrowingFile } from "./growing-file.ts";
import { type EpochRow, METRICS_HEAD, metricsLine, WEIGHTS_DIGITS } from "./metrics-csv.ts";

/**
 * Appends whole lines, several in one write. The run continues when a write fails, and a later write includes the
 * missing lines.
 */
export class MetricsLog {
  readonly #file: GrowingFile;
  #text: string;

  /**
   * @param path a file that holds these rows
   * @param onFailure called once when lines cannot be written
   */
  constructor(path: string, rows: readonly EpochRow[], onFailure: (error: Error) => void) {
    this.#text = metricsText(rows);
    // ASCII: as many bytes as characters.
    this.#file = new GrowingFile({ open: () => open(path, "r+"), end: this.#text.length, onFailure });
  }

  /** The intended content of the file. */
  get text(): string {
    return this.#text;
  }

  /** Adds a completed epoch. */
  note(report: EpochReport, network: Network): void {
    const line = metricsLine({ ...report, weights: shortHashOf(network) });
    this.#text += line;
    this.#file.add(Buffer.from(line, "latin1"));
    this.#file.flushNowAndThen();
  }

  /** Settles once all noted lines are written, or have failed. Never rejects. */
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

/** The hash of the weights as a line contains it. */
export function shortHashOf(network: Network): string {
  return sha256Of([parameterBytes(network)])
    .toString("hex")
    .slice(0, WEIGHTS_DIGITS);
}
