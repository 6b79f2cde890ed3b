/** Collects news and sends it together at intervals, since the page redraws everything for each message. */
import { availableParallelism } from "node:os";
import type { EpochReport } from "@scratch-nn/core";
import type { LiveEvent } from "@scratch-nn/server";

/** Milliseconds; shorter intervals are not visible. */
const BEAT = 250;
/** Milliseconds, where the page is drawn by a core that computes steps: every thread waits for that core. */
const SPARING_BEAT = 1000;

/** @returns milliseconds between two messages to the page of a run on this many threads */
export const beatOf = (threads: number): number => (threads < availableParallelism() ? BEAT : SPARING_BEAT);

export class News {
  #reports: EpochReport[] = [];
  /** The latest event of each kind. */
  readonly #latest = new Map<LiveEvent["kind"], LiveEvent>();

  addEpochs(reports: readonly EpochReport[]): void {
    this.#reports.push(...reports);
  }

  set(event: Extract<LiveEvent, { kind: "weights" | "confusion" | "lanes" }>): void {
    this.#latest.set(event.kind, event);
  }

  /** @returns the news since the last call */
  take(): LiveEvent[] {
    const reports = this.#reports.splice(0);
    const latest = [...this.#latest.values()];
    this.#latest.clear();
    return reports.length === 0 ? latest : [{ kind: "epochs", reports }, ...latest];
  }
}
