/** The package's API for programs that read saved runs and format them as the command line does. */
export {
  type Checkpoint,
  checkpointParts,
  DamageError,
  decodeCheckpoint,
  encodeCheckpoint,
  FormatError,
} from "./checkpoint/checkpoint.ts";
export { CheckpointStore } from "./checkpoint/checkpoint-store.ts";
export { commandLine, NothingToDo } from "./command-line.ts";
export { runsCommand } from "./commands/runs.ts";
export { sweepCommand } from "./commands/sweep.ts";
export { trainCommand } from "./commands/train.ts";
export { verifyCommand } from "./commands/verify.ts";
export { writeDurably } from "./disk/durable.ts";
export { sha256Of } from "./disk/pieces.ts";
export { readRegularFile } from "./disk/regular-file.ts";
export { greedyWeights, sampledWeights } from "./ensembles/greedy.ts";
export { subjectOf } from "./findings/block.ts";
export { commandAgain } from "./findings/command-again.ts";
export { decodeRow } from "./findings/decode-row.ts";
export { findingsOf, QUICKLY, THOROUGHLY } from "./findings/findings.ts";
export { metricsOf } from "./findings/kept-metrics.ts";
export { Lanes } from "./live/lanes.ts";
export { News } from "./live/news.ts";
export { pageSite } from "./live/site.ts";
export { weightPictures } from "./live/weight-pictures.ts";
export { activeThreads } from "./options/active-threads.ts";
export { flagsSchema } from "./options/flags-schema.ts";
export { configOf, type RunConfig } from "./options/run-config.ts";
export { settleRun } from "./options/settle-run.ts";
export { addTrainOptions, type GivenOptions } from "./options/train-options.ts";
export { settleTrials } from "./options/trial-flags.ts";
export { fitLine } from "./output/bar.ts";
export { exitCodeOf, explain } from "./output/exit.ts";
export { printable } from "./output/printable.ts";
export { shellPath } from "./output/shell.ts";
export { portfolioNamed, RECIPES } from "./recipes/portfolio.ts";
export { type DataSize, inputsOf, type Portfolio, type Recipe } from "./recipes/recipe.ts";
export { planWork } from "./recipes/work.ts";
export { crc32c, encodeEvent } from "./record/event-file.ts";
export { KeptSpans } from "./record/kept-spans.ts";
export {
  type EpochRow,
  METRICS_CSV,
  METRICS_HEAD,
  metricsLine,
  type ReadMetrics,
  readMetrics,
  rowsToGoOn,
} from "./record/metrics-csv.ts";
export { Trace } from "./record/trace.ts";
export { describeWorkers } from "./reports/describe-workers.ts";
export { type AvailableMemory, availableMemory } from "./run/available-memory.ts";
export { isNohup, type Surroundings } from "./run/hang-up.ts";
export { type Holder, lifeOf, thisProcess } from "./run/lock-holder.ts";
export { planMemory } from "./run/memory-plan.ts";
export { areStillWaitedFor, type Waiting, waitingBelowNpx } from "./run/npx.ts";
export { requirePlaces } from "./run/observers.ts";
export { decodeConfig, type KeptConfig } from "./run/read-config.ts";
export { OWN_FILES } from "./run/run-folder.ts";
export { LOCK, lock, unlock } from "./run/run-lock.ts";
export { alsoFor, eitherOf, type Watcher } from "./run/watcher.ts";
export { type CleanFlags, chooseRemovals, type Removal } from "./runs/choose.ts";
export { type RunEntry, type RunState, readRun, runsIn } from "./runs/run-entry.ts";
export { planSweep } from "./sweep/plan-sweep.ts";
export { Difference } from "./verify/difference.ts";
export { type Agreement, type VerifyOptions, verifyRun } from "./verify/verify-run.ts";
