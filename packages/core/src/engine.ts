/**
 * Internal API: the parts of core that the other packages, the tests and the benchmarks use besides the public API. It
 * may change with any version; application code should import index.ts.
 */

export { requireChoice, requireInteger } from "./checks/errors.ts";
export { bareExcerpt, describeValue, excerpt } from "./checks/excerpt.ts";
export { Field, type FieldSource } from "./checks/field.ts";
export { nearest, type OptionNames, requireOptions } from "./checks/options.ts";
export {
  type Cell,
  cellOf,
  GAP_MARKS,
  isGapMark,
  levelOf,
  MISSING_WORDS,
  parseDecimal,
  parseNumber,
  wordOf,
} from "./columns/cell.ts";
export { checkPreprocessing } from "./columns/check-preprocessing.ts";
export { DATE_ORDERS, type DateOrder, parseDate } from "./columns/dates.ts";
export { inputsBesidesBins, inputsOf } from "./columns/encoders.ts";
export { levelFinder } from "./columns/row-encoder.ts";
export { type CheckedExamples, checkExamples } from "./examples/examples.ts";
export { crc32 } from "./formats/checksum.ts";
export { readMembers } from "./formats/members.ts";
export { parameterBytes, parametersFrom } from "./formats/model.ts";
export { encodeSafetensors, readHeader } from "./formats/safetensors.ts";
export { checkTask, quantityOf, type ReadOutputs, readOutputs } from "./formats/task.ts";
export type { ConfusionCounts } from "./inference/confusion-matrix.ts";
export {
  evaluateShard,
  evaluation,
  evaluationBench,
  evaluationBytes,
} from "./inference/evaluate.ts";
export { mergeEvaluation, type PartialEvaluation } from "./inference/evaluation.ts";
export { inUnitsOf, quantityErrors } from "./inference/metrics.ts";
export { Arena, type ArenaPlace, bytesOf, MOST_ARENA_BYTES, makeWorkplace } from "./kernels/arena.ts";
export {
  type DropoutMask,
  KERNEL_NAMES,
  type KernelLayout,
  type KernelName,
  type Kernels,
  type LayerShape,
  MOST_COLUMNS,
  type PackedLayer,
} from "./kernels/kernels.ts";
export { PHASES, timedKernels } from "./kernels/timed.ts";
export { defaultLoss, type LossSettings, planLoss } from "./losses/settings.ts";
export { creatingNetwork } from "./model/create-network.ts";
export {
  keepsZ,
  MOST_CLASSES,
  MOST_PARAMETERS,
  MOST_UNITS,
  parameterCount,
  requireNetwork,
  withParameters,
} from "./model/network.ts";
export { fewestOutputs, hasTargets, requireOutput } from "./model/output.ts";
export {
  elu,
  eluDerivative,
  gelu,
  geluDerivative,
  leakyRelu,
  leakyReluDerivative,
  mish,
  mishDerivative,
  selu,
  seluDerivative,
  silu,
  siluDerivative,
} from "./numerics/activations.ts";
export { cos, exp, expMinusOne, log, sigmoid, sqrt, tanh } from "./numerics/functions.ts";
export { power } from "./numerics/power.ts";
export { DEFAULT_SEED, PURPOSE, randomStream, streamKey, threefry } from "./numerics/random.ts";
export { DROPOUT_RANGE, type DropoutSettings, dropoutMasks, isDropoutRate } from "./optimisers/dropout.ts";
export { isRateFactor } from "./optimisers/factors.ts";
export { strengthAt } from "./optimisers/flat-cosine.ts";
export { SETTING_NAMES, type SettingName } from "./optimisers/optimiser.ts";
export { dependsOnSteps, Plateau, planSchedule, type ScheduleSettings, scheduledRate } from "./optimisers/schedule.ts";
export {
  isSetting,
  masksOf,
  OPTIMISERS,
  type OptimizerSettings,
  SETTING_RANGES,
  settingsOf,
  stepNumber,
  type UpdatePlan,
  type UpdateRule,
  updateRule,
} from "./optimisers/settings.ts";
export { packParameters, prepareWeights, unpackParameters } from "./passes/packed.ts";
export { descentStep } from "./passes/update.ts";
export { averageOutputs, likeliestClasses } from "./predict/average.ts";
export { clipDivisor } from "./reduction/clip.ts";
export {
  type Batch,
  firstTile,
  loadTile,
  type TrainingData,
  taskGradient,
  type Workbench,
} from "./reduction/gradient.ts";
export { firstOf } from "./reduction/partials.ts";
export { ownSubtrees, planRanks, type RankPlan, type RankShape, type Subtree } from "./reduction/ranks.ts";
export { defaultShards, runStart, treeAdditions, walkSubtree } from "./reduction/shards.ts";
export { updateSlice } from "./reduction/slices.ts";
export {
  batchSums,
  layOutSteps,
  orderOf,
  type StepMemory,
  type TrainingShape,
  trainingBytes,
} from "./reduction/step-memory.ts";
export { estimateStep, planStep, type StepPlan, UPDATE_MODES, type UpdateMode } from "./reduction/step-plan.ts";
export { finish } from "./reduction/steps.ts";
export { planTasks, type Task } from "./reduction/tasks.ts";
export { chooseKernels, kernelsNamed } from "./selection/choose.ts";
export { ACTIVITIES, type Activity, type Lane } from "./training/lane.ts";
export { lossesAreFinite, type StepRequest, trainingLoop, type ValidationRequest } from "./training/loop.ts";
export { averageStart, BEST_BY_CHOICES, bestEpoch, KEEP_CHOICES } from "./training/model-selection.ts";
export { EpochOrder, orderEpoch } from "./training/order.ts";
export { FIT_OPTIONS, planTraining, type TrainingPlan, updatesOf } from "./training/plan.ts";
export { describeOptimizer } from "./training/position.ts";
export { keepLearnt, prepareRun, type TrainingRun, workbenchOf } from "./training/run.ts";
export { shapeOf } from "./training/shape.ts";
export {
  type ValidationBench,
  validateShard,
  validationBenchOf,
  validationShards,
} from "./training/validation.ts";
export { totalUnits, type UnitBench, type UnitStep, unitComputer } from "./units/compute.ts";
export { fewestUnitThreads, layOutUnits, mostThreads, readProgress, type UnitMemory } from "./units/memory.ts";
export { PanelViews } from "./units/panels.ts";
export { planStages, type UnitItem, type UnitPlan } from "./units/stages.ts";
