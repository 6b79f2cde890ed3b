export type { Numbers } from "./arrays.ts";
export { type Cell, cellOf, levelOf, MISSING_WORDS, parseNumber, wordOf } from "./columns/cell.ts";
export { DATE_ORDERS, type DateOrder, parseDate } from "./columns/dates.ts";
export { type ColumnEncoder, inputsOf, type Preprocessing } from "./columns/encoders.ts";
export { type RowEncoder, rowEncoder } from "./columns/row-encoder.ts";
export { DivergenceError, InputError, type InputFault, requireChoice, requireInteger } from "./errors.ts";
export {
  type Evaluation,
  evaluate,
  evaluateShard,
  evaluation,
  layOutEvaluation,
  mergeEvaluation,
  type Prediction,
  predict,
  type ShardEvaluation,
} from "./evaluate.ts";
export { type CheckedExamples, checkExamples, type Examples } from "./examples.ts";
export { describeValue, excerpt } from "./excerpt.ts";
export { fit, takeCheckpoint, training } from "./fit.ts";
export { exp, log, sigmoid, sqrt, tanh } from "./functions.ts";
export { type Batch, fetchAhead, loadAhead, runGradient } from "./gradient.ts";
export { gradientOf, type LossGradient } from "./gradient-of.ts";
export { helpWith } from "./help.ts";
export { INITIALISATIONS, type Initialisation } from "./init.ts";
export { Arena, type ArenaPlace, allocateFeatures, makeWorkplace } from "./kernels/arena.ts";
export {
  type ChosenKernels,
  chooseKernels,
  KERNEL_CHOICES,
  type KernelChoice,
  kernelsNamed,
} from "./kernels/choose.ts";
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
export { loadModel } from "./load-model.ts";
export { Logbook, type TrainingPosition } from "./logbook.ts";
export { type ClassMetrics, classMetrics, rocAuc } from "./metrics.ts";
export { decodeModel } from "./model/decode.ts";
export { encodeModel } from "./model/encode.ts";
export { type Model, parameterBytes, parametersFrom } from "./model/model.ts";
export {
  ACTIVATIONS,
  type Activation,
  createNetwork,
  type Network,
  type NetworkOptions,
  networkOf,
  type ParameterViews,
  parameterCount,
  requireNetwork,
  viewParameters,
} from "./network.ts";
export { type OptionKind, type OptionNames, requireOptions } from "./options.ts";
export { EpochOrder, orderEpoch } from "./order.ts";
export { packParameters, prepareWeights, unpackParameters } from "./packed.ts";
export {
  batchBounds,
  type Checkpoints,
  type EpochReport,
  FIT_OPTIONS,
  type FitOptions,
  type FitProgress,
  type FitResult,
  planTraining,
  type TrainingPlan,
} from "./plan.ts";
export type { Predictions, Predictor, Row } from "./predict/predictor.ts";
export { DEFAULT_SEED, PURPOSE, type RandomStream, randomStream, threefry } from "./random.ts";
export { additionsOfRoots, defaultShards, planRun, runStart, treeAdditions } from "./shards.ts";
export { finish } from "./steps.ts";
export { foldRoots, planRootFold, type RootFold } from "./sums.ts";
export type { ShardRun, Take } from "./thread-run.ts";
export {
  layOutTraining,
  orderOf,
  runOfThread,
  type TrainingMemory,
  type TrainingShape,
  trainingBytes,
} from "./training-memory.ts";
export { update } from "./update.ts";
