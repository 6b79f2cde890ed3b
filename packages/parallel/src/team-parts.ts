/** What main needs to run steps on several threads. */
import type { TrainingRun } from "@scratch-nn/core/engine";
import type { Gathering } from "./ranks/gathering.ts";
import type { Stopwatch } from "./runtime/profile.ts";
import type { RunSpans } from "./runtime/spans.ts";
import type { SharedMemory } from "./sync/memory.ts";
import type { ThreadContext } from "./sync/work-stealing.ts";
import type { Watchdog } from "./threads/watchdog.ts";
import type { WorkerPool } from "./threads/worker-pool.ts";

export interface TeamParts {
  readonly run: TrainingRun<SharedMemory>;
  /** Main's own context as thread 0. */
  readonly context: ThreadContext;
  readonly pool: WorkerPool;
  readonly watchdog: Watchdog;
  readonly watch: Stopwatch;
  /** If the caller asked for spans. Main's lane is also its context's. */
  readonly spans: RunSpans | undefined;
  /** A fixed number of threads at work, or a function of the step; undefined to choose it by timing. */
  readonly fixed: number | ((step: number) => number) | undefined;
  readonly onThreads: ((threads: number) => void) | undefined;
  /** If the run is one of several ranks. */
  readonly gathering: Gathering | undefined;
}
