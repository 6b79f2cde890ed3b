/** What is new and not told yet: a page draws it all at once, so it is told now and then, together. */
import { availableParallelism } from "node:os";
import type { EpochReport } from "@scratch-nn/core";
import type { LiveEvent } from "@scratch-nn/server";

/** Milliseconds: more often, nobody sees. */
const BEAT = 250;
/** Milliseconds, where the page is drawn by a core that computes steps: every thread waits for that one. */
const SPARING_BEAT = 1000;

/** @returns milliseconds between two times that the page of a run on so many threads is told what is new */
export const beatOf = (threads: number): number => (threads < availableParallelism() ? BEAT : SPARING_BEAT);

export class News {
  #reports: EpochReport[] = [];
  /** Of each kind the last one. */
  readonly #latest = new Map<LiveEvent["kind"], LiveEvent>();

  addEpochs(reports: readonly EpochReport[]): void {
    this.#reports.push(...reports);
  }

  set(event: Extract<LiveEvent, { kind: "weights" | "confusion" | "lanes" }>): void {
    this.#latest.set(event.kind, event);
  }

  /** @returns what is new since the last time */
  take(): LiveEvent[] {
    const reports = this.#reports.splice(0);
    const latest = [...this.#latest.values()];
    this.#latest.clear();
    return reports.length === 0 ? latest : [{ kind: "epochs", reports }, ...latest];
  }
}
