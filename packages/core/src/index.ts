/** The public API: networks, training, evaluation and model files. The other packages also use engine.ts. */
export type { Numbers } from "./checks/arrays.ts";
export { DivergenceError, InputError, type InputFault } from "./checks/errors.ts";
export type { ColumnEncoder, Preprocessing } from "./columns/encoders.ts";
export { type RowEncoder, rowEncoder } from "./columns/row-encoder.ts";
export type { Examples } from "./examples/examples.ts";
export { decodeModel } from "./formats/decode.ts";
export { encodeModel } from "./formats/encode.ts";
export { type EnsembleMember, type Model, taskOf } from "./formats/model.ts";
export type { ClassesTask, LabelsTask, QuantitiesTask, Task } from "./formats/task.ts";
export { ConfusionMatrix } from "./inference/confusion-matrix.ts";
export { type EvaluateOptions, evaluate, type Prediction, predict } from "./inference/evaluate.ts";
export type { Evaluation } from "./inference/evaluation.ts";
export { loadModel } from "./inference/load-model.ts";
export { type ClassMetrics, classMetrics, type QuantityErrors, rocAuc } from "./inference/metrics.ts";
export { predictModel } from "./inference/predict-model.ts";
export { allocateFeatures } from "./kernels/arena.ts";
export { LOSSES, type LossName, type LossOptions } from "./losses/settings.ts";
export { createNetwork, type NetworkOptions } from "./model/create-network.ts";
export { INITIALISATIONS, type Initialisation } from "./model/init.ts";
export {
  ACTIVATIONS,
  type Activation,
  type Network,
  networkOf,
} from "./model/network.ts";
export { OUTPUTS, type Output } from "./model/output.ts";
export type { DropoutOptions } from "./optimisers/dropout.ts";
export type { RateFactors } from "./optimisers/factors.ts";
export { STRENGTH_SCHEDULES, type StrengthSchedule } from "./optimisers/flat-cosine.ts";
export { SCHEDULES, type ScheduleName, type ScheduleOptions } from "./optimisers/schedule.ts";
export {
  OPTIMIZERS,
  type OptimizerName,
  type OptimizerOptions,
  type OptimizerSettings,
} from "./optimisers/settings.ts";
export type { Predictions, Predictor, Row } from "./predict/predictor.ts";
export { KERNEL_CHOICES, type KernelChoice } from "./selection/choose.ts";
export { fit, training } from "./training/fit.ts";
export { gradientOf, type LossGradient } from "./training/gradient-of.ts";
export type {
  Checkpoints,
  EpochReport,
  FitOptions,
  FitProgress,
  FitResult,
  OptimizerState,
  SelectedParameters,
  TrainingPosition,
  ValidationFigures,
} from "./training/options.ts";
export { type Passes, passesOf } from "./training/passes-of.ts";
