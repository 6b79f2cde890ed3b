export { InputError, type InputFault, requireChoice, requireInteger } from "./errors.ts";
export {
  type Evaluation,
  evaluate,
  evaluateShard,
  evaluation,
  mergeEvaluation,
  type Prediction,
  predict,
  type ShardEvaluation,
} from "./evaluate.ts";
export { type CheckedExamples, checkExamples, type Examples } from "./examples.ts";
export { fit, foldTotals, reportEpoch, training } from "./fit.ts";
export { scaleInputs } from "./forward.ts";
export { exp, log, sigmoid, sqrt, tanh } from "./functions.ts";
export {
  finish,
  foldPartials,
  gradientOf,
  type LossGradient,
  type ShardTotals,
  shardGradient,
} from "./gradient.ts";
export { INITIALISATIONS, type Initialisation } from "./init.ts";
export { chooseKernels, KERNEL_CHOICES, type KernelChoice } from "./kernels/choose.ts";
export type { Kernels, LayerShape } from "./kernels/kernels.ts";
export { decodeModel, encodeModel, type InputScaling, type Model, parameterBytes } from "./model.ts";
export {
  ACTIVATIONS,
  type Activation,
  createNetwork,
  type Network,
  type NetworkOptions,
  networkOf,
  type ParameterViews,
  parameterCount,
  viewParameters,
} from "./network.ts";
export {
  batchBounds,
  type EpochReport,
  type FitOptions,
  type FitProgress,
  type FitResult,
  orderEpoch,
  planTraining,
  type TrainingPlan,
} from "./plan.ts";
export { DEFAULT_SEED, PURPOSE, type RandomStream, randomStream, threefry } from "./random.ts";
export { defaultShards, runStart, treeAdditions } from "./shards.ts";
export { createTile, type Tile } from "./tile.ts";
export { divideByBatch, update } from "./update.ts";
