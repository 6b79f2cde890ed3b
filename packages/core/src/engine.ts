/**
 * What the trainer's other packages, its tests and its benchmarks need of core besides the public API. It may change
 * with any version: a program of your own is better off with index.ts.
 */

export { requireChoice, requireInteger } from "./checks/errors.ts";
export { describeValue, excerpt } from "./checks/excerpt.ts";
export { type OptionKind, type OptionNames, requireOptions } from "./checks/options.ts";
export { type Cell, cellOf, levelOf, MISSING_WORDS, parseNumber, wordOf } from "./columns/cell.ts";
export { DATE_ORDERS, type DateOrder, parseDate } from "./columns/dates.ts";
export { inputsOf } from "./columns/encoders.ts";
export { type RowEncoder, rowEncoder } from "./columns/row-encoder.ts";
export { type CheckedExamples, checkExamples } from "./examples/examples.ts";
export { parameterBytes, parametersFrom } from "./formats/model.ts";
export {
  evaluateShard,
  evaluation,
  layOutEvaluation,
  mergeEvaluation,
  type ShardEvaluation,
} from "./inference/evaluate.ts";
export { Arena, type ArenaPlace, makeWorkplace } from "./kernels/arena.ts";
export {
  KERNEL_NAMES,
  type KernelLayout,
  type KernelName,
  type KernelSource,
  type Kernels,
  type LayerShape,
  MOST_COLUMNS,
  type PackedLayer,
} from "./kernels/kernels.ts";
export { PHASES, timedKernels } from "./kernels/timed.ts";
export { type ParameterViews, parameterCount, requireNetwork, viewParameters } from "./model/network.ts";
export { exp, log, sigmoid, sqrt, tanh } from "./numerics/functions.ts";
export { DEFAULT_SEED, PURPOSE, type RandomStream, randomStream, threefry } from "./numerics/random.ts";
export { packParameters, prepareWeights, unpackParameters } from "./passes/packed.ts";
export { update } from "./passes/update.ts";
export { type Batch, fetchAhead, loadAhead, runGradient } from "./reduction/gradient.ts";
export { helpWith } from "./reduction/help.ts";
export { additionsOfRoots, defaultShards, planRun, runStart, treeAdditions } from "./reduction/shards.ts";
export { finish } from "./reduction/steps.ts";
export { foldRoots, planRootFold, type RootFold } from "./reduction/sums.ts";
export type { ShardRun, Take } from "./reduction/thread-run.ts";
export {
  layOutTraining,
  orderOf,
  runOfThread,
  type TrainingMemory,
  type TrainingShape,
  trainingBytes,
} from "./reduction/training-memory.ts";
export { type ChosenKernels, chooseKernels, kernelsNamed } from "./selection/choose.ts";
export { takeCheckpoint, training } from "./training/fit.ts";
export { Logbook } from "./training/logbook.ts";
export { EpochOrder, orderEpoch } from "./training/order.ts";
export { batchBounds, FIT_OPTIONS, planTraining, type TrainingPlan } from "./training/plan.ts";
