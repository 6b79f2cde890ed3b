/** What a step on several threads is done with. */
import type { TrainingRun } from "@scratch-nn/core/engine";
import type { Gathering } from "./ranks/gathering.ts";
import type { Stopwatch } from "./runtime/profile.ts";
import type { RunSpans } from "./runtime/spans.ts";
import type { SharedMemory } from "./sync/memory.ts";
import type { ThreadContext } from "./sync/work-stealing.ts";
import type { Watchdog } from "./threads/watchdog.ts";
import type { WorkerPool } from "./threads/worker-pool.ts";

/** What main needs for every step. */
export interface TeamParts {
  readonly run: TrainingRun<SharedMemory>;
  /** Main as one of the threads. */
  readonly context: ThreadContext;
  readonly pool: WorkerPool;
  readonly watchdog: Watchdog;
  readonly watch: Stopwatch;
  /** Where somebody asks for them; main's lane is its context's, too. */
  readonly spans: RunSpans | undefined;
  /** Threads at work, if it is not to be found out: a number, or a function of the step. */
  readonly fixed: number | ((step: number) => number) | undefined;
  readonly onThreads: ((threads: number) => void) | undefined;
  /** Where the run is one of several ranks. */
  readonly gathering: Gathering | undefined;
}
